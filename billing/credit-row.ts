import type { Queryable } from 'platform/database';

import type { CreditNote } from './credit-contract.ts';
import { type Kept, withCategory } from './invoice-row.ts';

type Row = Omit<CreditNote, 'lines' | 'totals'> & {
  readonly lines: Kept<CreditNote['lines'][number]>[];
  readonly vat: Kept<CreditNote['totals']['vat'][number]>[];
  readonly netMinor: bigint;
  readonly discountMinor: bigint;
  readonly vatMinor: bigint;
  readonly grossMinor: bigint;
};

/** The columns of a credit note with its lines. */
export function noteColumns(sql: Queryable) {
  return sql`
    id, number, invoice_id, issue_date, reason, restock, net_minor, discount_minor, vat, vat_minor, gross_minor,
    version, created_at, seller, mentions, language,
    (select number from invoice where invoice.id = invoice_id) as invoice_number,
    (select buyer from invoice where invoice.id = invoice_id) as buyer,
    (select currency from invoice where invoice.id = invoice_id) as currency,
    (select prices_include_vat from invoice where invoice.id = invoice_id) as prices_include_vat,
    (
      select coalesce(json_agg(json_build_object(
        'line', position,
        'productId', product_id,
        'sku', sku,
        'description', description,
        'unit', unit,
        'quantity', credited.quantity::text,
        'unitPrice', unit_price::text,
        'discountBp', discount_bp,
        'vatRateBp', vat_rate_bp,
        'vatCategory', vat_category,
        'netMinor', credited.net_minor
      ) order by position), '[]')
      from credit_note_line as credited
      join invoice_line using (invoice_id, position)
      where credit_note_id = credit_note.id
    ) as lines
  `;
}

/** The credit notes in rows of `noteColumns`, with whatever else was selected. */
export function notesOf<More = unknown>(rows: readonly object[]): (CreditNote & More)[] {
  // The columns above and these types stand for each other.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (rows as readonly Row[]).map(noteOf) as (CreditNote & More)[];
}

function noteOf({ vat, netMinor, discountMinor, vatMinor, grossMinor, ...note }: Row): CreditNote {
  const totals = {
    netMinor: Number(netMinor),
    discountMinor: Number(discountMinor),
    vat: vat.map(withCategory),
    vatMinor: Number(vatMinor),
    grossMinor: Number(grossMinor),
  };
  return { ...note, lines: note.lines.map(withCategory), totals };
}
