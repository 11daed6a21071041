import {
  type Database,
  isBadData,
  type Queryable,
  transact,
  type Transaction,
} from 'platform/database';

/**
 * Where the kept sums differ from the documents, by table; all are the same when it is empty. Sums of
 * documents that cannot be counted, since they were spoilt, differ as well.
 */
export async function compareFigures(sql: Database): Promise<string[]> {
  const differ = await Promise.all(KEPT.map((kept) => differs(sql, kept)));
  return KEPT.filter((_, index) => differ[index]).map(({ figure }) => figure);
}

/** Counts all sums again from the documents, while nobody writes. */
export function recountFigures(sql: Database): Promise<void> {
  return transact(sql, async (tx) => {
    await tx`lock table invoice, payment, credit_note, credit_note_line in share mode`;
    await countFigures(tx);
  });
}

/** The same, in a transaction that keeps writers out. */
export async function countFigures(tx: Transaction): Promise<void> {
  for (const { figure, counted } of KEPT) {
    await tx`delete from ${tx(figure)}`;
    await tx`insert into ${tx(figure)} select * from ${tx(counted)}`;
  }
}

async function differs(sql: Database, { figure, counted, isNothing }: (typeof KEPT)[number]) {
  try {
    const rows = await sql`
      (
        (select * from ${sql(figure)} where not ${isNothing(sql)} except select * from ${sql(counted)})
        union all
        (select * from ${sql(counted)} where not ${isNothing(sql)} except select * from ${sql(figure)})
      )
      limit 1
    `;
    return rows.length > 0;
  } catch (error) {
    if (isBadData(error)) return true;
    throw error;
  }
}

/** Rows whose sums have all come back to nothing count as rows that are not there. */
const KEPT = [
  {
    figure: 'figure_month',
    counted: 'counted_month',
    isNothing: (sql: Queryable) =>
      sql`(net_minor = 0 and vat_minor = 0 and gross_minor = 0 and collected_minor = 0)`,
  },
  {
    figure: 'figure_vat',
    counted: 'counted_vat',
    isNothing: (sql: Queryable) => sql`(base_minor = 0 and vat_minor = 0)`,
  },
  {
    figure: 'figure_customer',
    counted: 'counted_customer',
    isNothing: (sql: Queryable) => sql`(gross_minor = 0 and collected_minor = 0)`,
  },
  {
    figure: 'figure_product',
    counted: 'counted_product',
    isNothing: (sql: Queryable) => sql`(quantity = 0 and net_minor = 0)`,
  },
  {
    figure: 'figure_due',
    counted: 'counted_due',
    isNothing: (sql: Queryable) => sql`(outstanding_minor = 0)`,
  },
] as const;
