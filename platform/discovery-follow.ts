import { followPolling } from './discovery-poll.ts';
import { followPush } from './discovery-push.ts';
import type { InstanceTable } from './instance-table.ts';
import { type Fetch, pause, type RegistryEndpoint, retryDelayMs } from './registry-endpoint.ts';

type FollowDeps = {
  readonly endpoints: readonly RegistryEndpoint[];
  readonly table: InstanceTable;
  readonly fetch: Fetch;
  readonly follower: Follower;
  readonly pollEveryMs: number;
  readonly signal: AbortSignal;
  readonly onAnswer: (endpoint: RegistryEndpoint) => void;
  readonly onLoss: (endpoint: RegistryEndpoint, error: unknown) => void;
};

/** In whose name a registry is followed. */
export type Follower = {
  readonly name: () => string | undefined;
  /** Aborted when the name changes; then there is another one. */
  readonly changed: () => AbortSignal;
  readonly become: (name: string) => void;
};

export function createFollower(): Follower {
  let name: string | undefined;
  let change = new AbortController();
  return {
    name: () => name,
    changed: () => change.signal,
    become(next) {
      name = next;
      change.abort();
      change = new AbortController();
    },
  };
}

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
    const changed = deps.follower.changed();
    const error = await follow(withReset, endpoint, { lastEventIds, changed }).then(
      () => new Error('The stream ended'),
      (error: unknown) => error,
    );
    if (changed.aborted) {
      turn -= 1;
      continue;
    }
    if (!signal.aborted) deps.onLoss(endpoint, error);
    await pause(retryDelayMs(failuresInARow), signal);
    failuresInARow += 1;
  }
}

type Following = {
  readonly lastEventIds: Map<RegistryEndpoint, string>;
  readonly changed: AbortSignal;
};

async function follow(
  { table, fetch, follower, pollEveryMs, onAnswer, ...deps }: FollowDeps,
  endpoint: RegistryEndpoint,
  { lastEventIds, changed }: Following,
): Promise<void> {
  const signal = AbortSignal.any([deps.signal, changed]);
  const pushed = await followPush({
    endpoint,
    table,
    fetch,
    watchAs: follower.name(),
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
