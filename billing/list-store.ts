import type { Database, Queryable } from 'platform/database';
import { containing, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';

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

type Row = Omit<InvoiceSummary, 'grossMinor' | 'balanceMinor'> & {
  readonly grossMinor: bigint;
  readonly balanceMinor: bigint;
};

/** One page of invoices, the newest first where nothing else is asked. */
export async function listInvoices(sql: Database, query: ListQuery): Promise<Page<InvoiceSummary>> {
  const page = await readPage<Row, SortField>(sql, {
    ...query,
    columns: sql`
      id, status, number, customer_id, customer_name, currency, issue_date, due_date,
      gross_minor, balance_minor, version, created_at
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
    balanceMinor: Number(row.balanceMinor),
  }));
  return { ...page, items };
}

function matching(sql: Queryable, query: ListQuery) {
  const { status, state, customerId, currency } = query;
  const conditions = [
    ...searchTerms(query.q).map((term) => sql`search like search_text(${containing(term)})`),
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

/** Every word is looked for; an amount is one, as a person writes it: `1 234,50`. */
function searchTerms(q: string): string[] {
  const isAmount = /^\d[\d\s]*([.,]\d+)?$/.test(q);
  return isAmount ? [q.replaceAll(/\s/g, '').replace(',', '.')] : q.split(/\s+/).filter(Boolean);
}
