import type { Queryable } from 'platform/database';

import { only } from './store.ts';

/** The company's calendar day, as a part of a statement. */
export const companyToday = (sql: Queryable) => sql`(
  select (now() at time zone coalesce(settings ->> 'timeZone', 'Europe/Paris'))::date from company
)`;

/** The calendar day in the company's time zone, `2026-11-22`. */
export async function readToday(sql: Queryable): Promise<string> {
  return only(await sql<{ today: string }[]>`select ${companyToday(sql)} as today`).today;
}
