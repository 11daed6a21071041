import { categoryOfRate, type VatCategory } from 'inventory/vat-category';
import type { Queryable } from 'platform/database';

import type { Invoice, InvoiceLine, Totals } from './invoice-contract.ts';
import type { VatKind } from './vat-groups.ts';

/** As documents were kept from before categories were asked for: their rate tells it. */
export type Kept<T extends VatKind> = Omit<T, 'vatCategory'> & {
  readonly vatCategory?: VatCategory | null;
};

type Row = Omit<Invoice, 'lines' | 'totals' | 'paidMinor' | 'creditedMinor' | 'balanceMinor'> & {
  readonly lines: Kept<InvoiceLine>[];
  readonly vat: Kept<Totals['vat'][number]>[];
  readonly netMinor: bigint;
  readonly discountMinor: bigint;
  readonly vatMinor: bigint;
  readonly grossMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly balanceMinor: bigint;
};

/** The columns of an invoice with its lines; `for update` locks the invoice alone. */
export function invoiceColumns(sql: Queryable) {
  return sql`
    id, status, number, customer_id, seller, buyer, mentions, language, currency, issue_date, due_date, due_days,
    due_end_of_month, notes, operation, delivered_on, delivery_address, void_reason, discount_bp, prices_include_vat, discount_minor,
    net_minor, vat, vat_minor, gross_minor, paid_minor, credited_minor, balance_minor,
    version, created_at, updated_at,
    (
      select coalesce(json_agg(json_build_object(
        'productId', product_id,
        'sku', sku,
        'description', description,
        'unit', unit,
        'quantity', quantity::text,
        'unitPrice', unit_price::text,
        'discountBp', discount_bp,
        'vatRateBp', vat_rate_bp,
        'vatCategory', vat_category,
        'netMinor', net_minor
      ) order by position), '[]')
      from invoice_line
      where invoice_id = invoice.id
    ) as lines
  `;
}

/** The invoices in rows of `invoiceColumns`, with whatever else was selected; amounts are safe numbers. */
export function invoicesOf<More = unknown>(rows: readonly object[]): (Invoice & More)[] {
  // The columns above and these types stand for each other.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (rows as readonly Row[]).map(invoiceOf) as (Invoice & More)[];
}

/** A line, or a group of the totals, with its category. */
export const withCategory = <T extends Kept<VatKind>>(part: T) => ({
  ...part,
  vatCategory: part.vatCategory ?? categoryOfRate(part.vatRateBp),
});

function invoiceOf({ vat, netMinor, discountMinor, vatMinor, grossMinor, ...row }: Row): Invoice {
  return {
    ...row,
    lines: row.lines.map(withCategory),
    totals: {
      netMinor: Number(netMinor),
      discountMinor: Number(discountMinor),
      vat: vat.map(withCategory),
      vatMinor: Number(vatMinor),
      grossMinor: Number(grossMinor),
    },
    paidMinor: Number(row.paidMinor),
    creditedMinor: Number(row.creditedMinor),
    balanceMinor: Number(row.balanceMinor),
  };
}
