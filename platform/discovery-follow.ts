import { followPolling } from './discovery-poll.ts';
import { followPush } from './discovery-push.ts';
import type { InstanceTable } from './instance-table.ts';
import { type Fetch, pause, type RegistryEndpoint, retryDelayMs } from './registry-endpoint.ts';

type FollowDeps = {
  readonly endpoints: readonly RegistryEndpoint[];
  readonly table: InstanceTable;
  readonly fetch: Fetch;
  readonly watchAs: string | undefined;
  readonly pollEveryMs: number;
  readonly signal: AbortSignal;
  readonly onAnswer: (endpoint: RegistryEndpoint) => void;
  readonly onLoss: (endpoint: RegistryEndpoint, error: unknown) => void;
};

/**
 * Keeps the table true to one registry after the other until the signal is aborted: by push where
 * there is one, else by polling. What breaks is begun again, soon.
 */
export async function followRegistries(deps: FollowDeps): Promise<void> {
  const { endpoints, signal } = deps;
  const lastEventIds = new Map<RegistryEndpoint, string>();
  let failuresInARow = 0;
  const withReset: FollowDeps = {
    ...deps,
    onAnswer(endpoint) {
      failuresInARow = 0;
      deps.onAnswer(endpoint);
    },
  };
  for (let turn = 0; !signal.aborted; turn += 1) {
    const endpoint = endpoints[turn % endpoints.length];
    if (endpoint === undefined) return;
    try {
      await follow(withReset, endpoint, lastEventIds);
      if (!signal.aborted) deps.onLoss(endpoint, new Error('The stream ended'));
    } catch (error) {
      if (!signal.aborted) deps.onLoss(endpoint, error);
    }
    await pause(retryDelayMs(failuresInARow), signal);
    failuresInARow += 1;
  }
}

async function follow(
  { table, fetch, watchAs, pollEveryMs, signal, onAnswer }: FollowDeps,
  endpoint: RegistryEndpoint,
  lastEventIds: Map<RegistryEndpoint, string>,
): Promise<void> {
  const pushed = await followPush({
    endpoint,
    table,
    fetch,
    watchAs,
    lastEventId: lastEventIds.get(endpoint),
    signal,
    onEvent(id) {
      if (id !== undefined) lastEventIds.set(endpoint, id);
      onAnswer(endpoint);
    },
  });
  if (pushed === 'ended') return;
  await followPolling({
    endpoint,
    table,
    fetch,
    signal,
    everyMs: pollEveryMs,
    onAnswer: () => onAnswer(endpoint),
  });
}
