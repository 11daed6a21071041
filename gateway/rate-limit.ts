export type RateLimit = {
  /** How many requests a key may make in the long run. */
  readonly perSecond: number;
  /** How many at once after a pause. */
  readonly burst: number;
};

export type Verdict = {
  readonly isAllowed: boolean;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Until there is one more. */
  readonly nextInSeconds: number;
};

export type RateLimiter = { readonly take: (key: string) => Verdict };

/**
 * A token bucket for each key. At most `mostKeys` are kept, the longest unused goes first: whoever
 * sends ever new keys costs others nothing but a full bucket.
 */
export function createRateLimiter(
  { perSecond, burst }: RateLimit,
  { mostKeys = 10_000, now = () => performance.now() } = {},
): RateLimiter {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take(key) {
      const nowMs = now();
      const known = buckets.get(key);
      const bucket = known ?? { tokens: burst, atMs: nowMs };
      bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
      bucket.atMs = nowMs;
      // Put at the end: the map's order is that of the last use.
      buckets.delete(key);
      if (buckets.size >= mostKeys) dropOldest(buckets);
      buckets.set(key, bucket);

      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) bucket.tokens -= 1;
      const missing = Math.max(0, 1 - (bucket.tokens % 1));
      return {
        isAllowed,
        remaining: Math.floor(bucket.tokens),
        nextInSeconds: Math.max(1, Math.ceil(missing / perSecond)),
      };
    },
  };
}

function dropOldest(buckets: Map<string, unknown>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key);
    return;
  }
}
