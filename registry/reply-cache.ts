import type { Flavour } from './instance.ts';
import type { Leases } from './leases.ts';

/** The form of a reply: which text, and whether compressed. */
export type Form = { readonly flavour: Flavour; readonly gzip: boolean };
export type Bytes = Uint8Array<ArrayBuffer>;

type Cached = {
  readonly bytes: Bytes | undefined;
  readonly stamp: number;
  readonly untilMs: number;
};

/** More keys than this are names that somebody made up. */
const LIMIT = 2000;

/**
 * Keeps replies until something changes. In Netflix's mode it keeps them until the next full half
 * minute instead, that there is no such application included.
 */
export function createReplyCache({
  mode,
  clock,
  version,
}: Pick<Leases, 'mode' | 'clock' | 'version'>) {
  const cached = new Map<string, Cached>();
  const isAged = mode.replyAgeMs > 0;
  let cachedVersion = version();

  /** Large replies of the past are let go at once. */
  function forgetThePast() {
    if (cached.size >= LIMIT || (!isAged && cachedVersion !== version())) cached.clear();
    cachedVersion = version();
  }

  return {
    /** `stamp` is for what also changes where the version does not. */
    get(
      what: string,
      { flavour, gzip }: Form,
      make: () => Bytes | undefined,
      stamp = 0,
    ): Bytes | undefined {
      forgetThePast();
      const key = `${flavour} ${gzip} ${what}`;
      const known = cached.get(key);
      const isFresh = isAged ? clock() < (known?.untilMs ?? 0) : known?.stamp === stamp;
      if (known !== undefined && isFresh) return known.bytes;
      const bytes = make();
      const untilMs = isAged ? (Math.floor(clock() / mode.replyAgeMs) + 1) * mode.replyAgeMs : 0;
      cached.set(key, { bytes, stamp, untilMs });
      return bytes;
    },
  };
}
