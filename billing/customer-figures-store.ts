import type { Database } from 'platform/database';

import type { CustomerFigures } from './figures-contract.ts';
import { companyToday } from './today-store.ts';

/** The sums of one customer's invoices; of the few that one has, so that nothing need be kept. */
export async function readCustomerFigures(sql: Database, id: string): Promise<CustomerFigures> {
  const rows = await sql<
    {
      readonly currency: string;
      readonly gross: string;
      readonly collected: string;
      readonly outstanding: string;
      readonly overdue: string;
    }[]
  >`
    select currency, sum(gross_minor - credited_minor)::text as gross,
      sum(paid_minor)::text as collected, sum(outstanding_of(invoice))::text as outstanding,
      coalesce(sum(outstanding_of(invoice)) filter (where due_date < ${companyToday(sql)}), 0)::text as overdue
    from invoice
    where customer_id = ${id} and status not in ('draft', 'void')
    group by currency
    order by currency
  `;
  const currencies = rows.map(({ currency, gross, collected, outstanding, overdue }) => ({
    currency,
    grossMinor: Number(gross),
    collectedMinor: Number(collected),
    outstandingMinor: Number(outstanding),
    overdueMinor: Number(overdue),
  }));
  return { currencies };
}
