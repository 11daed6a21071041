const READS = 12_000;
const AT_ONCE = 32;

export type Reads = {
  readonly sent: number;
  readonly failed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly longestMs: number;
  /**
   * The longest before it happened: what a reply takes here and now. Who is asked instead of the one
   * that hangs takes as long, which on a busy machine is more than all that the gateway adds.
   */
  readonly usualMs: number;
  /** `Date.now()` at which it happened. */
  readonly happenedAt: number;
};
/** Reads all the time, `AT_ONCE` at a time; `happen` is called half way, while some are under way. */
export async function readWhile(url: string, happen: () => void): Promise<Reads> {
  const statuses: Record<string, number> = {};
  let sent = 0;
  let longestMs = 0;
  let usualMs = 0;
  let happenedAt = 0;
  const worker = async () => {
    while (sent < READS) {
      sent += 1;
      if (sent === READS / 2) {
        happen();
        happenedAt = Date.now();
      }
      const startedMs = performance.now();
      const status = await statusOf(url);
      statuses[status] = (statuses[status] ?? 0) + 1;
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      if (happenedAt === 0) usualMs = longestMs;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { sent, failed: sent - (statuses[200] ?? 0), statuses, longestMs, usualMs, happenedAt };
}

/** Each with a body of its own, by which those who got it tell how often. */
export function postUntilStopped(url: string) {
  const stopping = new AbortController();
  let sent = 0;
  let failed = 0;
  const worker = async () => {
    while (!stopping.signal.aborted) {
      sent += 1;
      const status = await statusOf(url, { method: 'POST', body: `write-${sent}` });
      if (status !== 200) failed += 1;
    }
  };
  const done = Promise.all(Array.from({ length: 8 }, worker));
  return {
    async stop() {
      stopping.abort();
      await done;
      return { sent, failed };
    },
  };
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number | string> {
  try {
    const reply = await fetch(url, init);
    await reply.arrayBuffer();
    return reply.status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
