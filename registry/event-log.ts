import type { Happening } from './lease.ts';
import type { Leases } from './leases.ts';

export type LoggedEvent = {
  readonly atMs: number;
  readonly happening: Happening;
  readonly app: string;
  readonly id: string;
  readonly status: string;
};
export type EventLog = { newestFirst(): LoggedEvent[] };

/** The last things that happened to instances; the oldest give way to the newest. */
export function createEventLog(leases: Leases, { limit = 1000 } = {}): EventLog {
  const events: LoggedEvent[] = [];
  let next = 0;
  leases.subscribe(({ instance }, happening) => {
    const { app, id, status } = instance;
    events[next] = { atMs: leases.clock(), happening, app, id, status };
    next = (next + 1) % limit;
  });

  return {
    newestFirst: () => [...events.slice(next), ...events.slice(0, next)].toReversed(),
  };
}
