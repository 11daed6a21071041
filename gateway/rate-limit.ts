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
 * A token bucket for each key. At most `mostKeys` are kept, those that were not used for longest go:
 * whoever sends ever new keys costs others nothing but a full bucket.
 */
export function createRateLimiter(
  { perSecond, burst }: RateLimit,
  { mostKeys = 10_000, now = () => performance.now() } = {},
): RateLimiter {
  const buckets = createBuckets(mostKeys);
  return {
    take(key) {
      const nowMs = now();
      const bucket = buckets.get(key) ?? buckets.add(key, { tokens: burst, atMs: nowMs });
      bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
      bucket.atMs = nowMs;
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

type Bucket = { tokens: number; atMs: number };

/**
 * Two generations: who is used moves to the young one, and once that is full the old one is dropped
 * whole. Taking the oldest key out of one map instead costs more the more were taken out before.
 */
function createBuckets(most: number) {
  const half = Math.max(1, Math.floor(most / 2));
  let young = new Map<string, Bucket>();
  let old = new Map<string, Bucket>();
  const add = (key: string, bucket: Bucket): Bucket => {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, bucket);
    return bucket;
  };
  return {
    add,
    get(key: string): Bucket | undefined {
      const known = young.get(key);
      if (known) return known;
      const bucket = old.get(key);
      return bucket && add(key, bucket);
    },
  };
}
