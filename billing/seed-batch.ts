import type { CopyRow } from 'platform/copy-rows';

import type { SeedLine } from './seed-invoice.ts';

/** Goods that left, or came back; `index` is the product's. */
export type SeededMove = {
  readonly index: number;
  readonly thousandths: number;
  readonly atMs: number;
  readonly reason: 'sale' | 'return';
  readonly reference: string;
  readonly note: string;
};

/** Rows by table, and what the inventory has to know of the same invoices. */
export type SeededBatch = {
  readonly rows: Readonly<Record<SeededTable, CopyRow[]>>;
  readonly stock: {
    readonly reservations: {
      readonly id: string;
      readonly atMs: number;
      readonly lines: readonly SeedLine[];
    }[];
    readonly events: SeededMove[];
  };
};
export type SeededTable =
  'invoice' | 'invoice_line' | 'payment' | 'credit_note' | 'credit_note_line' | 'audit_event';

export function emptyBatch(): SeededBatch {
  return {
    rows: {
      invoice: [],
      invoice_line: [],
      payment: [],
      credit_note: [],
      credit_note_line: [],
      audit_event: [],
    },
    stock: { reservations: [], events: [] },
  };
}
