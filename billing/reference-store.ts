import type { Database, Queryable } from 'platform/database';
import type { References } from 'platform/references';

/** Beyond this a count means "at least": nobody needs to know how many more. */
const COUNTED_EXACTLY = 10_000;

/**
 * How many drafts and issued invoices name a customer or a product. Drafts count: what they name
 * has to be there when they are issued.
 */
export async function readReferences(
  sql: Database,
  { collection, id }: { readonly collection: string; readonly id: string },
): Promise<References> {
  const naming = NAMING[collection];
  if (naming === undefined) return { references: [] };
  const [counted] = await sql<{ invoices: number; drafts: number }[]>`
    select count(*) filter (where status <> 'draft')::int as invoices,
      count(*) filter (where status = 'draft')::int as drafts
    from (${naming(sql, id)} limit ${COUNTED_EXACTLY}) as found
  `;
  const references = Object.entries({ ...counted })
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count }));
  return { references };
}

const NAMING: Readonly<Record<string, (sql: Queryable, id: string) => ReturnType<Queryable>>> = {
  customers: (sql, id) => sql`select status from invoice where customer_id = ${id}`,
  products: (sql, id) => sql`
    select status
    from (select distinct invoice_id from invoice_line where product_id = ${id}) as line
    join invoice on invoice.id = line.invoice_id
  `,
};
