import { type Database, type Queryable, transact, type Transaction } from 'platform/database';

/** Where the kept sums differ from the documents, by table; all are the same when it is empty. */
export async function compareFigures(sql: Database): Promise<string[]> {
  const differences = await Promise.all(
    KEPT.map(async ({ figure, counted, isNothing }) => {
      const rows = await sql`
        (
          (select * from ${sql(figure)} where not ${isNothing(sql)} except select * from ${sql(counted)})
          union all
          (select * from ${sql(counted)} where not ${isNothing(sql)} except select * from ${sql(figure)})
        )
        limit 1
      `;
      return rows.length > 0 ? [figure] : [];
    }),
  );
  return differences.flat();
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
