import { silentLog } from 'platform/log';

import { createRegistryApp, type RegistryDeps } from './app.ts';
import { createLeases, type Leases } from './leases.ts';
import { type Mode, MODES } from './modes.ts';
import { readInstance } from './registration.ts';

/** A clock that stands still until it is told to move on. */
export function testClock(startMs = 1_800_000_000_000) {
  let nowMs = startMs;
  const clock = () => nowMs;
  const pass = (seconds: number) => {
    nowMs += seconds * 1000;
  };
  return { clock, pass };
}

type TestOptions = Partial<Omit<RegistryDeps, 'leases'>> & {
  readonly mode?: Mode;
  readonly clock?: () => number;
  readonly leases?: Leases;
};

/** The registry without a socket: `request('PUT', '/eureka/apps/…')` asks it. */
export function testRegistry({
  mode = MODES.default,
  clock = Date.now,
  ...rest
}: TestOptions = {}) {
  const leases = rest.leases ?? createLeases({ mode, clock });
  const registry = createRegistryApp({
    log: silentLog,
    maxBodyBytes: 1_048_576,
    ...rest,
    leases,
  });

  const request = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Response> =>
    await registry.fetch(
      new Request(`http://registry.test${path}`, { method, headers, body: body ?? null }),
    );
  const json = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
    await (
      await request('GET', path, {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...headers,
      })
    ).json();
  const register = async (fields: InstanceFields): Promise<Response> =>
    await request(
      'POST',
      `/eureka/apps/${fields.app}`,
      { 'content-type': 'application/json' },
      JSON.stringify({ instance: instanceFields(fields) }),
    );
  return { ...registry, leases, request, json, register };
}

/** The same behind a real socket. */
export function servedRegistry(options: TestOptions & { readonly port?: number } = {}) {
  const registry = testRegistry(options);
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    fetch: (request, server) => registry.fetch(request, server),
  });
  const stop = async () => {
    registry.watch.stop();
    await server.stop(true);
  };
  return { ...registry, server, port: server.port ?? 0, url: server.url.origin, stop };
}

type InstanceFields = { readonly app: string } & Readonly<Record<string, unknown>>;

/** What a client registers, complete, with the given fields in the place of the usual ones. */
export function instanceFields(fields: InstanceFields): Record<string, unknown> {
  return {
    instanceId: `host1:${fields.app}:8080`,
    hostName: 'host1',
    ipAddr: '10.0.0.1',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    countryId: 1,
    dataCenterInfo: {
      '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
      name: 'MyOwn',
    },
    leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
    metadata: { 'management.port': '8080' },
    homePageUrl: 'http://host1:8080/',
    statusPageUrl: 'http://host1:8080/actuator/info',
    healthCheckUrl: 'http://host1:8080/actuator/health',
    vipAddress: fields.app.toLowerCase(),
    secureVipAddress: fields.app.toLowerCase(),
    ...fields,
  };
}

/** The same, as the registry holds it. */
export function instance(fields: InstanceFields, nowMs = 1_800_000_000_000) {
  return readInstance(instanceFields(fields), { nowMs, strict: false });
}
