import type { Database, Queryable } from 'platform/database';
import { readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';

import type { InvoiceStatus, InvoiceSummary } from './invoice-contract.ts';
import { searchInvoices } from './search-store.ts';
import { companyToday } from './today-store.ts';

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
  const { conditions, isByNumber = false, ...search } = searchInvoices(sql, query.q);
  const page = await readPage<Row, SortField>(sql, {
    ...query,
    ...search,
    columns: sql`
      id, status, number, customer_id, customer_name, currency, issue_date, due_date,
      gross_minor, credited_minor, balance_minor, version, created_at
    `,
    source: sql`invoice`,
    where: [...conditions, ...filters(sql, query)].reduce(
      (all, condition) => sql`${all} and ${condition}`,
      sql`true`,
    ),
    columnOf: {
      number: 'number_key',
      customerName: 'customer_name',
      issueDate: 'issue_date',
      dueDate: 'due_date',
      grossMinor: 'gross_minor',
      createdAt: 'created_at',
    },
    // By what is searched, so that one index finds and sorts.
    defaultSort: [{ field: isByNumber ? 'number' : 'createdAt', descending: true }],
  });
  const items = page.items.map((row) => ({
    ...row,
    grossMinor: Number(row.grossMinor),
    creditedMinor: Number(row.creditedMinor),
    balanceMinor: Number(row.balanceMinor),
  }));
  return { ...page, items };
}

function filters(sql: Queryable, query: ListQuery) {
  const { status, state, customerId, currency } = query;
  return [
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(state === undefined ? [] : [STATES[state](sql)]),
    ...(customerId === undefined ? [] : [sql`customer_id = ${customerId}`]),
    ...(currency === undefined ? [] : [sql`currency = ${currency}`]),
    ...within(sql, 'issue_date', query.issuedFrom, query.issuedTo),
    ...within(sql, 'due_date', query.dueFrom, query.dueTo),
    ...paidWithin(sql, query),
  ];
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
    status = 'open' and balance_minor > 0 and due_date < ${companyToday(sql)}
  `,
  'partly-paid': (sql: Queryable) => sql`paid_minor > 0 and balance_minor > 0`,
  credited: (sql: Queryable) => sql`credited_minor > 0`,
};
