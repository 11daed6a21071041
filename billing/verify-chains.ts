import { type Sealed, sealOf } from './chain.ts';
import { invoiceNumber } from './invoices.ts';
import type { Place, SeriesCounter } from './verify-store.ts';

/** Says of a document what is wrong with it. */
export type Say = (document: string, complaint: string) => void;

/** Follows the documents of each series in turn, as they come by in their order. */
export function createChains(say: Say) {
  const ends = new Map<string, { seq: number; hash: string; day: string }>();
  /** The last one of each series, whatever its year. */
  const days = new Map<string, string>();

  const checkDay = ({ series, year, number, issueDate }: Place): void => {
    const last = days.get(series) ?? '';
    if (issueDate < last) say(number, `It is dated before ${last}`);
    if (!issueDate.startsWith(`${year}-`)) say(number, 'It is dated in another year');
    days.set(series, issueDate);
  };

  return {
    follow(place: Place): void {
      const key = keyOf(place);
      const before = ends.get(key) ?? NOTHING;
      const { seq, number, issueDate, previousHash, hash } = place;
      if (seq !== before.seq + 1) say(number, `It follows number ${before.seq} of ${key}`);
      if (number !== invoiceNumber(place)) say(number, 'Its number is not that of its series');
      checkDay(place);
      if (previousHash !== before.hash) say(number, 'The chain is broken before it');
      ends.set(key, { seq, hash: hash ?? '', day: issueDate });
    },
    checkSeal({ number, previousHash, hash }: Place, document: Sealed): void {
      if (hash !== sealOf(previousHash ?? '', document)) say(number, 'It is not what was sealed');
    },
    end(counters: readonly SeriesCounter[]): void {
      for (const { lastSeq, lastHash, lastIssueDate, ...counter } of counters) {
        const key = keyOf(counter);
        const { seq, hash, day } = ends.get(key) ?? NOTHING;
        if (lastSeq !== seq) say(key, `${lastSeq} numbers were given, the last one is ${seq}`);
        if (lastHash !== hash) say(key, 'The chain is cut at its end');
        if (lastIssueDate !== day) say(key, `Its last day is ${lastIssueDate}, not ${day}`);
        ends.delete(key);
      }
      for (const key of ends.keys()) say(key, 'Its numbers were never given');
    },
  };
}

const NOTHING = { seq: 0, hash: '', day: '' };

const keyOf = ({ series, year }: { series: string; year: number }) => `${series}${year}`;
