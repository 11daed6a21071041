/** How many fetches a second are served once the burst is used up. */
export type FetchRates = { readonly all: number; readonly full: number };

export type RateLimit = ReturnType<typeof createRateLimit>;

/** The clients that Java's own client names itself as. */
const PRIVILEGED = new Set(['DefaultClient', 'DefaultServer']);
const BURST = 10;

/**
 * Netflix's limit on fetches, which is off unless there are `rates`: then what is over it gets 503,
 * but for clients that name themselves privileged. What would have been refused is counted either way.
 */
export function createRateLimit({
  rates,
  clock,
}: {
  rates?: FetchRates | undefined;
  clock: () => number;
}) {
  const { all, full } = rates ?? { all: 500, full: 100 };
  const everything = tokenBucket(all, clock);
  const fullFetches = tokenBucket(full, clock);
  let over = 0;

  return {
    /** Fetches over the limit so far, refused or not. */
    over: () => over,
    refuses(request: Request, isFull: boolean): boolean {
      if (PRIVILEGED.has(request.headers.get('discoveryidentity-name') ?? '')) return false;
      if ((!isFull || fullFetches.take()) && everything.take()) return false;
      over += 1;
      return rates !== undefined;
    },
  };
}

function tokenBucket(perSecond: number, clock: () => number) {
  let tokens = BURST;
  let filledMs = clock();
  return {
    take(): boolean {
      const nowMs = clock();
      tokens = Math.min(BURST, tokens + ((nowMs - filledMs) * perSecond) / 1000);
      filledMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
