import { VAT_CATEGORIES } from 'inventory/vat-category';
import type { Database, Queryable } from 'platform/database';

import type { Figures } from './figures-contract.ts';
import { only } from './store.ts';
import { companyToday } from './today-store.ts';

/** How many customers and products are named where nothing else is asked. */
const TOP = 10;

/** The sums in one currency, of the months from and to a day where one is given. */
export function readFigures(
  sql: Database,
  {
    currency,
    from,
    to,
    top = TOP,
  }: {
    readonly currency: string;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    /** How many customers and products are named; null for all. */
    readonly top?: number | null;
  },
): Promise<Figures> {
  const within = sql`
    currency = ${currency}
    ${from === undefined ? sql`` : sql`and month >= month_of(${from})`}
    ${to === undefined ? sql`` : sql`and month <= month_of(${to})`}
  `;
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const months = await tx<Numbers<Figures['months'][number], 'month'>[]>`
      select month, net_minor, vat_minor, gross_minor, collected_minor
      from figure_month where ${within} order by month
    `;
    const vat = await tx<Numbers<Figures['vat'][number], 'month' | 'vatCategory'>[]>`
      select month, vat_category, vat_rate_bp, base_minor, vat_minor
      from figure_vat where ${within}
      order by month, vat_rate_bp, array_position(${[...VAT_CATEGORIES]}::text[], vat_category)
    `;
    return {
      currency,
      currencies: await readCurrencies(tx),
      months: months.map(({ month, ...sums }) => ({ month, ...numbers(sums) })),
      vat: vat.map(({ month, vatCategory, ...sums }) => ({
        month,
        vatCategory,
        ...numbers(sums),
      })),
      ...(await readDue(tx, currency)),
      customers: await readCustomers(tx, currency, top),
      products: await readProducts(tx, currency, top),
    };
  });
}

type Numbers<T, Text extends keyof T> = Pick<T, Text> & Record<Exclude<keyof T, Text>, bigint>;

function numbers<K extends string>(sums: Record<K, bigint>): Record<K, number> {
  const entries = Object.entries<bigint>(sums).map(([name, sum]) => [name, Number(sum)]);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the names stay the same
  return Object.fromEntries(entries) as Record<K, number>;
}

async function readCurrencies(tx: Queryable): Promise<string[]> {
  const rows = await tx<{ currency: string }[]>`
    select distinct currency from figure_month order by currency
  `;
  return rows.map(({ currency }) => currency);
}

/** Days overdue count from the company's today. */
async function readDue(tx: Queryable, currency: string) {
  const rows = await tx<Record<'outstanding' | 'upTo30' | 'upTo60' | 'upTo90' | 'older', string>[]>`
    select coalesce(sum(outstanding_minor), 0)::text as outstanding,
      coalesce(sum(outstanding_minor) filter (where late between 1 and 30), 0)::text as up_to30,
      coalesce(sum(outstanding_minor) filter (where late between 31 and 60), 0)::text as up_to60,
      coalesce(sum(outstanding_minor) filter (where late between 61 and 90), 0)::text as up_to90,
      coalesce(sum(outstanding_minor) filter (where late > 90), 0)::text as older
    from (
      select outstanding_minor, ${companyToday(tx)} - due_date as late
      from figure_due
      where currency = ${currency} and outstanding_minor <> 0
    ) as due
  `;
  const { outstanding, upTo30, upTo60, upTo90, older } = only(rows);
  return {
    outstandingMinor: Number(outstanding),
    overdue: {
      upTo30Minor: Number(upTo30),
      upTo60Minor: Number(upTo60),
      upTo90Minor: Number(upTo90),
      olderMinor: Number(older),
    },
  };
}

/** Named as on their latest invoice. */
async function readCustomers(
  tx: Queryable,
  currency: string,
  top: number | null,
): Promise<Figures['customers']> {
  const rows = await tx<Numbers<Figures['customers'][number], 'customerId' | 'customerName'>[]>`
    select customer_id, gross_minor, collected_minor, (
      select customer_name from invoice
      where invoice.customer_id = figure_customer.customer_id and status <> 'draft'
      order by created_at desc, id desc
      limit 1
    ) as customer_name
    from figure_customer
    where currency = ${currency} and gross_minor <> 0
    order by gross_minor desc, customer_id
    limit ${top}
  `;
  return rows.map(({ customerId, customerName, ...sums }) => ({
    customerId,
    customerName,
    ...numbers(sums),
  }));
}

async function readProducts(
  tx: Queryable,
  currency: string,
  top: number | null,
): Promise<Figures['products']> {
  const rows = await tx<(Omit<Figures['products'][number], 'netMinor'> & { netMinor: bigint })[]>`
    select product_id, quantity::text as quantity, net_minor, (
      select description from invoice_line
      where invoice_line.product_id = figure_product.product_id
      limit 1
    ) as description
    from figure_product
    where currency = ${currency} and net_minor <> 0
    order by net_minor desc, product_id
    limit ${top}
  `;
  return rows.map((row) => ({ ...row, netMinor: Number(row.netMinor) }));
}
