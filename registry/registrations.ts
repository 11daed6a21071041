import { appPathOf } from './instance-path.ts';
import { isFromPeer } from './instance-query.ts';
import type { Instance } from './instance.ts';
import type { Leases } from './leases.ts';
import { refusal } from './refusal.ts';
import { BadInstanceError, readInstance } from './registration.ts';
import { readInstanceBody } from './request-body.ts';

type Room = { readonly leases: Leases; readonly maxInstances?: number };
type RegistrationDeps = Room & {
  readonly maxBodyBytes: number;
  /** Called when the reply is made. */
  readonly onReply?: (startedMs: number) => void;
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
  const { leases, maxBodyBytes, onReply } = deps;
  const startedMs = performance.now();
  const strict = leases.mode.strictInput;
  try {
    const { root, characters } = await readInstanceBody(request, { maxBodyBytes, strict });
    const instance = readInstance(root, { pathApp, strict, nowMs: leases.clock() });
    refuseTooMany(instance, deps);
    // What is filled in is far less than half of the limit.
    if (characters > MAX_INSTANCE_CHARACTERS / 2) refuseTooLarge(instance);
    leases.register(instance, { fromPeer: isFromPeer(request) });
    return new Response(null, { status: 204 });
  } catch (error) {
    return refusal(error, request);
  } finally {
    onReply?.(startedMs);
  }
}

/** Far beyond what instances say of themselves. */
const MAX_INSTANCE_CHARACTERS = 32_768;
const MAX_INSTANCES = 50_000;

/** What clients send must not grow without bound: neither one by one … */
export function refuseTooLarge(instance: Instance): void {
  if (JSON.stringify(instance).length <= MAX_INSTANCE_CHARACTERS) return;
  throw new BadInstanceError(`Too large instance: ${MAX_INSTANCE_CHARACTERS} is the limit`);
}

/** … nor all together. */
export function refuseTooMany(
  { app, id }: Instance,
  { leases, maxInstances = MAX_INSTANCES }: Room,
): void {
  if (leases.size() < maxInstances || leases.find(app, id) !== undefined) return;
  throw new BadInstanceError(`Too many instances: ${maxInstances} is the limit`, 503);
}
