/** Tells people how far something is. */
export type Progress = {
  /** Something that is soon outdated; on a terminal it takes the place of what it said last. */
  readonly update: (text: string) => void;
  /** Something that stays. */
  readonly say: (text: string) => void;
};

type Target = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

/** How often a log is told, and a terminal, at most. */
const LOG_INTERVAL_MS = 5000;
const TERMINAL_INTERVAL_MS = 100;

/** One line that is written over on a terminal; elsewhere plain lines, a few of them. */
export function createProgress(target: Target = process.stderr): Progress {
  const isTerminal = target.isTTY === true;
  const intervalMs = isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let toldAt = performance.now();
  const erase = isTerminal ? '\r\u001B[2K' : '';
  return {
    update(text) {
      if (performance.now() - toldAt < intervalMs) return;
      toldAt = performance.now();
      target.write(
        isTerminal ? `${erase}${text.slice(0, (target.columns ?? 80) - 1)}` : `${text}\n`,
      );
    },
    say(text) {
      target.write(`${erase}${text}\n`);
    },
  };
}

/** `1,234,567 rows, 89.0 MB`, the same everywhere. */
export function amount(rows: number, bytes: number): string {
  return `${rows.toLocaleString('en')} rows, ${(bytes / 1e6).toFixed(1)} MB`;
}
