import { appPathOf } from './instance-path.ts';
import { isFromPeer } from './instance-query.ts';
import type { Instance } from './instance.ts';
import type { Leases } from './leases.ts';
import { refusal } from './refusal.ts';
import { BadInstanceError, readInstance } from './registration.ts';
import { readInstanceBody } from './request-body.ts';

type RegistrationDeps = {
  readonly leases: Leases;
  readonly maxBodyBytes: number;
  readonly maxInstances?: number;
};

/** Answers a registration, `POST /apps/{app}`, without any router; undefined for another path. */
export function registrationReply(
  request: Request,
  deps: RegistrationDeps,
): Promise<Response> | undefined {
  const app = appPathOf(request.url);
  return app === undefined ? undefined : register(request, app, deps);
}

async function register(request: Request, pathApp: string, deps: RegistrationDeps) {
  const { leases, maxBodyBytes } = deps;
  const strict = leases.mode.strictInput;
  try {
    const raw = await readInstanceBody(request, { maxBodyBytes, strict });
    const instance = readInstance(raw, { pathApp, strict, nowMs: leases.clock() });
    refuseTooMuch(instance, deps);
    leases.register(instance, { fromPeer: isFromPeer(request) });
    return new Response(null, { status: 204 });
  } catch (error) {
    return refusal(error, request);
  }
}

/** Far beyond what instances say of themselves. */
const MAX_INSTANCE_CHARACTERS = 32_768;
const MAX_INSTANCES = 50_000;

/** What clients send must not grow without bound, neither one by one nor all together. */
export function refuseTooMuch(
  instance: Instance,
  { leases, maxInstances = MAX_INSTANCES }: RegistrationDeps,
): void {
  if (JSON.stringify(instance).length > MAX_INSTANCE_CHARACTERS) {
    throw new BadInstanceError(`Too large instance: ${MAX_INSTANCE_CHARACTERS} is the limit`);
  }
  const isNew = leases.find(instance.app, instance.id) === undefined;
  if (isNew && leases.size() >= maxInstances) {
    throw new BadInstanceError(`Too many instances: ${maxInstances} is the limit`, 503);
  }
}
