import type { Database } from 'platform/database';
import { loadOnce } from 'platform/load-once';

/** Notes that the demo's invoice is wanted: once in the life of a database, while it has none. */
export function requestDemo(sql: Database): Promise<void> {
  return loadOnce(sql, 'demo', async (tx) => {
    await tx`
      insert into demo_task
      select where not exists (select from invoice)
      on conflict do nothing
    `;
  });
}

/** For how long the demo has been wanted, in ms; undefined when it is not, or no longer. */
export async function demoWantedForMs(sql: Database): Promise<number | undefined> {
  const [task] = await sql<{ ageMs: number }[]>`
    select (extract(epoch from now() - created_at) * 1000)::float8 as age_ms from demo_task
  `;
  return task?.ageMs;
}

/** Raised, or given up: not to be thought of again. */
export async function endDemo(sql: Database): Promise<void> {
  await sql`delete from demo_task`;
}
