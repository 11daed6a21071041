import type { Connection } from './upstream-connection.ts';

/** The connections to one instance that wait for another request. */
export type IdleConnections = {
  /** The one that was used last, so that those that are too many grow old. */
  readonly take: () => Connection | undefined;
  readonly add: (connection: Connection, keepAliveMs: number) => void;
  readonly remove: (connection: Connection) => void;
  readonly close: () => void;
};

export function createIdleConnections(): IdleConnections {
  const waiting: Connection[] = [];
  let clock: ReturnType<typeof setInterval> | undefined;

  const sweep = () => {
    const nowMs = performance.now();
    closeAll(waiting.filter(({ idleUntilMs }) => idleUntilMs <= nowMs));
    if (waiting.length === 0) stopClock();
  };
  const stopClock = () => {
    clearInterval(clock);
    clock = undefined;
  };
  return {
    take() {
      const last = waiting.pop();
      if (last === undefined || last.idleUntilMs > performance.now()) return last;
      // All others have waited for longer still.
      closeAll([last, ...waiting]);
      return undefined;
    },
    add(connection, keepAliveMs) {
      if (waiting.length >= MOST_WAITING) return connection.end(undefined);
      connection.idleUntilMs = performance.now() + keepAliveMs;
      waiting.push(connection);
      clock ??= setInterval(sweep, SWEEP_MS);
    },
    remove(connection) {
      const at = waiting.indexOf(connection);
      if (at !== -1) waiting.splice(at, 1);
    },
    close() {
      stopClock();
      closeAll([...waiting]);
    },
  };
}

const SWEEP_MS = 1000;
/** For each instance; as many as are under way at once are used again. */
const MOST_WAITING = 256;

function closeAll(connections: readonly Connection[]): void {
  for (const connection of connections) connection.end(undefined);
}
