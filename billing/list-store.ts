import type { Database, Queryable } from 'platform/database';
import { readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { containing } from 'platform/search-store';

import type { InvoiceStatus, InvoiceSummary } from './invoice-contract.ts';

export type SortField =
  'number' | 'customerName' | 'issueDate' | 'dueDate' | 'grossMinor' | 'createdAt';

export type ListQuery = {
  readonly q: string;
  readonly status?: InvoiceStatus | undefined;
  readonly state?: 'overdue' | 'partly-paid' | 'credited' | undefined;
  readonly customerId?: string | undefined;
  readonly issuedFrom?: string | undefined;
  readonly issuedTo?: string | undefined;
  readonly dueFrom?: string | undefined;
  readonly dueTo?: string | undefined;
  readonly paidFrom?: string | undefined;
  readonly paidTo?: string | undefined;
  readonly currency?: string | undefined;
  readonly sort: readonly SortKey<SortField>[];
  readonly page: number;
  readonly size: number;
};

type Row = Omit<InvoiceSummary, 'grossMinor' | 'creditedMinor' | 'balanceMinor'> & {
  readonly grossMinor: bigint;
  readonly creditedMinor: bigint;
  readonly balanceMinor: bigint;
};

/** One page of invoices, the newest first where nothing else is asked. */
export async function listInvoices(sql: Database, query: ListQuery): Promise<Page<InvoiceSummary>> {
  const page = await readPage<Row, SortField>(sql, {
    ...query,
    // By what is searched, so that one index finds and sorts.
    sort: query.sort.length === 0 && isNumber(query.q) ? LATEST_NUMBER : query.sort,
    columns: sql`
      id, status, number, customer_id, customer_name, currency, issue_date, due_date,
      gross_minor, credited_minor, balance_minor, version, created_at
    `,
    source: sql`invoice`,
    where: matching(sql, query),
    columnOf: {
      number: 'number_key',
      customerName: 'customer_name',
      issueDate: 'issue_date',
      dueDate: 'due_date',
      grossMinor: 'gross_minor',
      createdAt: 'created_at',
    },
    defaultSort: [{ field: 'createdAt', descending: true }],
  });
  const items = page.items.map((row) => ({
    ...row,
    grossMinor: Number(row.grossMinor),
    creditedMinor: Number(row.creditedMinor),
    balanceMinor: Number(row.balanceMinor),
  }));
  return { ...page, items };
}

function matching(sql: Queryable, query: ListQuery) {
  const { status, state, customerId, currency } = query;
  const conditions = [
    ...found(sql, query.q),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(state === undefined ? [] : [STATES[state](sql)]),
    ...(customerId === undefined ? [] : [sql`customer_id = ${customerId}`]),
    ...(currency === undefined ? [] : [sql`currency = ${currency}`]),
    ...within(sql, 'issue_date', query.issuedFrom, query.issuedTo),
    ...within(sql, 'due_date', query.dueFrom, query.dueTo),
    ...paidWithin(sql, query),
  ];
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`);
}

/** The days from and to which a column may lie, both included. */
function within(sql: Queryable, name: string, from?: string, to?: string) {
  const column = sql(name);
  return [
    ...(from === undefined ? [] : [sql`${column} >= ${from}`]),
    ...(to === undefined ? [] : [sql`${column} <= ${to}`]),
  ];
}

function paidWithin(sql: Queryable, { paidFrom, paidTo }: ListQuery) {
  const days = within(sql, 'paid_on', paidFrom, paidTo);
  if (days.length === 0) return [];
  const both = days.reduce((all, day) => sql`${all} and ${day}`, sql`true`);
  return [sql`id in (select invoice_id from payment where ${both})`];
}

const STATES = {
  overdue: (sql: Queryable) => sql`
    status = 'open' and balance_minor > 0 and due_date < (
      select (now() at time zone coalesce(settings ->> 'timeZone', 'Europe/Paris'))::date
      from company
    )
  `,
  'partly-paid': (sql: Queryable) => sql`paid_minor > 0 and balance_minor > 0`,
  credited: (sql: Queryable) => sql`credited_minor > 0`,
};

/**
 * What begins like a number is looked for among the numbers, and what has decimals, as `1 234,50`,
 * among the amounts: an index leads there. Of all else every word is looked for.
 */
function found(sql: Queryable, q: string) {
  const term = q.trim();
  if (isNumber(term)) {
    const [year = '', digits = ''] = term.toUpperCase().split('-');
    const number = `${year}-${digits}`;
    return [
      sql`number_key between ${year} and ${year + HIGHEST}`,
      ...(digits === '' ? [] : [sql`number between ${number} and ${number + HIGHEST}`]),
    ];
  }
  const compact = term.replaceAll(/\s/g, '').replace(',', '.');
  if (/^\d{1,12}\.\d{1,4}$/.test(compact)) return [ofAmount(sql, compact)];
  const words = /^\d+$/.test(compact) ? [compact] : term.split(/\s+/).filter(Boolean);
  return words.map((word) => sql`search like search_text(${containing(word)})`);
}

/** A series with its year, and of the rest of the number as much as is known: `F2026-0012`. */
const isNumber = (q: string): boolean => /^[a-z]{1,5}\d{4}(-\d*)?$/i.test(q.trim());

const LATEST_NUMBER = [{ field: 'number', descending: true }] as const;

/** Sorted after every other character, in C as in ICU. */
const HIGHEST = '\uFFFF';

/** Whichever currency it is in: its minor units have so many decimals. */
function ofAmount(sql: Queryable, amount: string) {
  const [whole = '', written = ''] = amount.split('.');
  const decimals = written.replace(/0+$/, '');
  const exponents = [0, 2, 3, 4].filter((exponent) => exponent >= decimals.length);
  const any = exponents.reduce(
    (all, exponent) => {
      const minor = `${whole}${decimals.padEnd(exponent, '0')}`;
      return sql`${all} or (gross_minor = ${minor} and currency_exponent = ${exponent})`;
    },
    sql`false`,
  );
  return sql`(${any})`;
}
