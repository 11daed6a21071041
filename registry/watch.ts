import type { Server } from 'bun';
import type { WatchChange, WatchSnapshot } from 'platform/registry-watch';

import { type Entry, watchedInstance } from './instance.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import type { Traffic } from './traffic.ts';
import { type Bytes, openStream, type Watcher } from './watch-stream.ts';

type WatchDeps = {
  readonly leases: Leases;
  readonly traffic: Traffic;
  /** The stream of a watcher that named its own instance ended, by no doing of ours. */
  readonly onBreak: (instanceId: string) => void;
  readonly heartbeatMs?: number;
  /** A watcher that leaves more than this unread is dropped; it resumes when it is back. */
  readonly unreadBytes?: number;
};

export type Watch = ReturnType<typeof createWatch>;

/**
 * The push: `GET /watch?service=&instance=` answers with a stream of server-sent events whose wire
 * `platform/registry-watch` describes. What is sent is written once, however many are watching.
 */
export function createWatch({
  leases,
  traffic,
  onBreak,
  heartbeatMs = 15_000,
  unreadBytes = 1_048_576,
}: WatchDeps) {
  const watchers = new Set<Watcher>();
  const snapshots = createSnapshots(leases);
  leases.subscribe((entry) => {
    if (watchers.size === 0) return;
    const bytes = changeEvent(entry);
    for (const watcher of watchers) {
      if (!watcher.wants(entry)) continue;
      watcher.send(bytes);
      traffic.countBytes('watch', bytes.length);
    }
  });
  const heartbeat = setInterval(() => {
    for (const watcher of watchers) watcher.send(HEARTBEAT);
  }, heartbeatMs);

  function open(request: Request, server?: Server<undefined>): Response {
    const startedMs = performance.now();
    server?.timeout(request, 0);
    const { searchParams } = new URL(request.url);
    const wanted = servicesOf(searchParams);
    const wants = wanted && ((entry: Entry) => wanted.has(entry.instance.app));
    const first = firstBytes(leases, snapshots, wanted, lastEventIdOf(request));
    const instanceId = searchParams.get('instance');
    const stream = openStream(watchers, {
      first,
      wants: wants ?? (() => true),
      unreadBytes,
      onBreak: () => instanceId !== null && onBreak(instanceId),
    });
    traffic.count('watch', startedMs, first.length);
    return new Response(stream, { headers: EVENT_STREAM });
  }

  return {
    open,
    watchers: () => watchers.size,
    /** Ends all streams, of which nobody is suspected for it. */
    stop() {
      clearInterval(heartbeat);
      for (const watcher of watchers) watcher.close();
    },
  };
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Asks nginx and its like not to hold events back.
  'x-accel-buffering': 'no',
};
const HEARTBEAT = Buffer.from(': still here\n\n');

/** Undefined for all services. */
function servicesOf(query: URLSearchParams): ReadonlySet<string> | undefined {
  const names = query.getAll('service').flatMap((list) => list.split(','));
  const apps = names.map((name) => name.trim().toUpperCase()).filter((name) => name !== '');
  return apps.length === 0 ? undefined : new Set(apps);
}

function lastEventIdOf(request: Request): number | undefined {
  const id = request.headers.get('last-event-id');
  return id !== null && /^\d+$/.test(id) ? Number(id) : undefined;
}

function firstBytes(
  leases: Leases,
  snapshots: ReturnType<typeof createSnapshots>,
  wanted: ReadonlySet<string> | undefined,
  lastEventId: number | undefined,
): Bytes {
  const isKnown = lastEventId !== undefined && lastEventId <= leases.version();
  const missed = isKnown ? leases.changesSince(lastEventId) : undefined;
  if (missed === undefined) return snapshots.of(wanted);
  const events = missed
    .filter(({ instance }) => wanted === undefined || wanted.has(instance.app))
    .map((entry) => changeEvent(entry));
  // A first byte at once, even where nothing was missed: the head of the reply waits for it.
  return Buffer.concat([Buffer.from(': resumed\n\n'), ...events]);
}

/** One snapshot for all that connect between two changes. */
function createSnapshots(leases: Leases) {
  let whole: { readonly version: number; readonly bytes: Bytes } | undefined;

  function make(wanted: ReadonlySet<string> | undefined): Bytes {
    const snapshot: WatchSnapshot = {
      version: leases.version(),
      instances: Array.from(leasesOf(leases, wanted), ({ instance }) => watchedInstance(instance)),
    };
    return eventBytes('snapshot', snapshot.version, snapshot);
  }

  return {
    of(wanted: ReadonlySet<string> | undefined): Bytes {
      if (wanted !== undefined) return make(wanted);
      if (whole?.version !== leases.version()) {
        whole = { version: leases.version(), bytes: make(undefined) };
      }
      return whole.bytes;
    },
  };
}

function leasesOf(leases: Leases, wanted: ReadonlySet<string> | undefined): Iterable<Lease> {
  if (wanted === undefined) return leases.all();
  return [...wanted].flatMap((app) => [...(leases.apps.get(app)?.values() ?? [])]);
}

function changeEvent({ version, action, instance }: Entry): Bytes {
  const change: WatchChange = { version, action, instance: watchedInstance(instance) };
  return eventBytes('change', version, change);
}

function eventBytes(event: string, id: number, data: unknown): Bytes {
  return Buffer.from(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
