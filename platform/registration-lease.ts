import type { Log } from './log.ts';
import { type Fetch, pause, type RegistryEndpoint, retryDelayMs } from './registry-endpoint.ts';

type LeaseDeps = {
  readonly endpoints: readonly RegistryEndpoint[];
  readonly app: string;
  readonly instanceId: string;
  readonly describe: (dirtyMs: number) => object;
  readonly renewEveryMs: number;
  readonly log: Log;
  readonly fetch: Fetch;
};

/** Registers, renews and at last cancels one lease, at whichever of the registries answers. */
export function leaseKeeper(deps: LeaseDeps): {
  readonly start: () => void;
  readonly renewNow: () => void;
  readonly stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lease = leaseCalls(deps);
  let waiting = new AbortController();
  let keeping: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const keep = async () => {
    let failuresInARow = 0;
    while (!signal.aborted) {
      const error = await lease.refresh().then(
        () => undefined,
        (error: unknown) => error ?? new Error('Unknown'),
      );
      if (error === undefined) failuresInARow = 0;
      else {
        lease.tryNextRegistry();
        if (failuresInARow === 0) logAway(deps, error);
        failuresInARow += 1;
      }
      const waitMs = failuresInARow > 0 ? retryDelayMs(failuresInARow) : deps.renewEveryMs;
      waiting = new AbortController();
      await pause(waitMs, AbortSignal.any([signal, waiting.signal]));
    }
  };
  const stop = async () => {
    stopping.abort();
    // A registration that arrives after the cancellation would bring a dead instance back.
    await keeping;
    await lease.cancel().catch((error: unknown) => {
      deps.log.warn('Could not deregister', { error: messageOf(error) });
    });
  };
  return {
    start() {
      keeping ??= keep();
    },
    renewNow: () => waiting.abort(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/**
 * The three calls. Renewals carry the time stamp of the registration, for which a server that
 * knows another one says 404; a new registration needs a newer one, or it is passed over.
 */
function leaseCalls({ endpoints, app, instanceId, describe, log, fetch }: LeaseDeps) {
  let turn = 0;
  let dirtyMs = Date.now();
  let isRegistered = false;
  const path = `/apps/${encodeURIComponent(app)}`;
  const instancePath = `${path}/${encodeURIComponent(instanceId)}`;

  const call = async (method: string, suffix: string, body?: object) => {
    const endpoint = endpoints[turn % endpoints.length];
    if (endpoint === undefined) throw new Error('No registry is configured');
    const response = await fetch(`${endpoint.eurekaUrl}${suffix}`, {
      method,
      headers: {
        ...endpoint.headers,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok || response.status === 404) return { status: response.status, endpoint };
    throw new Error(`${endpoint.name} answered ${method} ${suffix} with ${response.status}`);
  };
  const register = async () => {
    const { status, endpoint } = await call('POST', path, describe(dirtyMs));
    if (status === 404) throw new Error(`${endpoint.name} is no Eureka registry`);
    isRegistered = true;
    log.info('Registered as {instanceId} at {registry}', { instanceId, registry: endpoint.name });
  };

  return {
    async refresh(): Promise<void> {
      if (!isRegistered) return await register();
      const query = `?status=UP&lastDirtyTimestamp=${dirtyMs}`;
      const { status } = await call('PUT', `${instancePath}${query}`);
      if (status !== 404) return;
      dirtyMs = Math.max(Date.now(), dirtyMs + 1);
      await register();
    },
    async cancel(): Promise<void> {
      if (isRegistered) await call('DELETE', instancePath);
    },
    tryNextRegistry(): void {
      turn += 1;
    },
  };
}

const CALL_TIMEOUT_MS = 5000;

function logAway({ endpoints, log }: LeaseDeps, error: unknown): void {
  log.warn('Cannot register at {registries}: trying again until it answers', {
    registries: endpoints.map(({ name }) => name).join(', '),
    error: messageOf(error),
  });
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
