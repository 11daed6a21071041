import { createFollower, followRegistries } from './discovery-follow.ts';
import { createInstanceTable } from './instance-table.ts';
import { type Instance, urlHost } from './instance.ts';
import type { Log } from './log.ts';
import { type Fetch, registryEndpoint } from './registry-endpoint.ts';

export type { Instance } from './instance.ts';

/** Which instances of which service there are, as far as is known now. */
export type Discovery = {
  /** The instances that are up, whatever the case of the name; empty when there are none. */
  readonly instances: (service: string) => readonly Instance[];
  /** The names, in lower case, of the services that have an instance that is up. */
  readonly services: () => readonly string[];
  /** Resolves when the registry has answered for the first time, or when waiting is pointless. */
  readonly ready: () => Promise<void>;
  /** Calls the listener after each change, until what is returned is called. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly close: () => void;
};

/** One that follows a registry. */
export type RegistryDiscovery = Discovery & {
  /**
   * From now on follows the registry in the name of our own instance, for whom it looks at once when
   * the stream breaks. `onFound` is called each time that a registry is found again.
   */
  readonly followAs: (instanceId: string, onFound: () => void) => void;
};

type DiscoveryDeps = {
  /** Tried in turn, such as `http://localhost:8761/eureka`. */
  readonly eurekaUrls: readonly string[];
  readonly log: Log;
  readonly fetch?: Fetch;
  /** How often a registry without push is asked. */
  readonly pollEveryMs?: number;
  /** How long `ready` waits for a registry that does not answer. */
  readonly readyWithinMs?: number;
};

/**
 * Follows a registry: by push where it is ours, else by asking for the changes, as Eureka's own
 * clients do. While no registry can be reached, what was known stays known.
 */
export function createDiscovery({
  eurekaUrls,
  log,
  fetch = globalThis.fetch,
  pollEveryMs = 10_000,
  readyWithinMs = 2000,
}: DiscoveryDeps): RegistryDiscovery {
  const table = createInstanceTable();
  const closing = new AbortController();
  const answered = Promise.withResolvers<void>();
  const follower = createFollower();
  let isConnected: boolean | undefined;
  let onFound: (() => void) | undefined;

  void followRegistries({
    endpoints: eurekaUrls.map(registryEndpoint),
    table,
    fetch,
    follower,
    pollEveryMs,
    signal: closing.signal,
    onAnswer({ name }) {
      if (isConnected !== true) {
        log.info('Following the registry {registry}', { registry: name });
        onFound?.();
      }
      isConnected = true;
      answered.resolve();
    },
    onLoss({ name }, error) {
      if (isConnected !== false) logLoss(log, name, error);
      isConnected = false;
    },
  });
  const readyTimer = setTimeout(answered.resolve, readyWithinMs);
  void answered.promise.then(() => clearTimeout(readyTimer));
  return {
    instances: table.instances,
    services: table.services,
    subscribe: table.subscribe,
    ready: () => answered.promise,
    followAs(instanceId, whenFound) {
      onFound = whenFound;
      follower.become(instanceId);
    },
    close() {
      closing.abort();
      answered.resolve();
    },
  };
}

/** A discovery that never changes: each service's name with the addresses of its instances. */
export function fixedDiscovery(table: Readonly<Record<string, readonly string[]>>): Discovery {
  const instances = new Map(
    Object.entries(table).map(([service, urls]) => {
      const name = service.toLowerCase();
      return [name, urls.map((url) => fixedInstance(name, url))];
    }),
  );
  return {
    instances: (service) => instances.get(service.toLowerCase()) ?? [],
    services: () => [...instances.keys()],
    ready: () => Promise.resolve(),
    subscribe: () => () => undefined,
    close: () => undefined,
  };
}

function fixedInstance(service: string, url: string): Instance {
  const { origin, hostname, port } = new URL(url);
  return { id: `${urlHost(hostname)}:${service}:${port}`, service, url: origin, metadata: {} };
}

function logLoss(log: Log, registry: string, error: unknown): void {
  log.warn('Lost the registry {registry}: going on with what is known', {
    registry,
    error: error instanceof Error ? error.message : String(error),
  });
}
