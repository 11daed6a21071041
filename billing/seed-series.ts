import { type Sealed, sealOf } from './chain.ts';
import { invoiceNumber } from './invoices.ts';

/** Where a document stands in its series. */
export type SeededPlace = {
  readonly series: string;
  readonly year: number;
  readonly seq: number;
  readonly number: string;
  readonly issueDate: string;
};

type End = { readonly seq: number; readonly issueDate: string; readonly hash: string };

/** The series as they are in `number_series`, for documents that come in the order of their days. */
export function createSeededSeries() {
  const ends = new Map<string, End & { readonly series: string; readonly year: number }>();
  const endOf = (series: string, year: number): End =>
    ends.get(keyOf(series, year)) ?? { seq: 0, issueDate: '', hash: '' };
  return {
    take(series: string, issueDate: string): SeededPlace {
      const year = Number(issueDate.slice(0, 4));
      const seq = endOf(series, year).seq + 1;
      return { series, year, seq, number: invoiceNumber({ series, year, seq }), issueDate };
    },
    seal({ series, year, seq, issueDate }: SeededPlace, document: Sealed) {
      const previousHash = endOf(series, year).hash;
      const hash = sealOf(previousHash, document);
      ends.set(keyOf(series, year), { series, year, seq, issueDate, hash });
      return { previousHash, hash };
    },
    rows: () =>
      [...ends.values()].map(({ series, year, seq, issueDate, hash }) => ({
        series,
        year,
        lastSeq: seq,
        lastIssueDate: issueDate,
        lastHash: hash,
      })),
  };
}

const keyOf = (series: string, year: number): string => `${series}${year}`;
