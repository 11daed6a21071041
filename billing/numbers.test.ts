import { afterAll, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import type { Invoice } from './invoice-contract.ts';
import { HEADERS, testSagas } from './testing-saga.ts';

const { app, billing, draftOf, finalize } = await testSagas();

afterAll(() => billing.stop());

/** Of ten drafts one has too little stock and one is refused by the database. */
const isForced = (n: number) => [3, 7].includes(n % 10);

test('200 parallel issues, a fifth of which fail, give the numbers 1 to N without a gap', async () => {
  const { sql } = billing.database;
  await sql`
    create function fail_on_demand() returns trigger language plpgsql as
    'begin raise exception ''failed on demand''; end'
  `;
  await sql`
    create trigger zz_fail_on_demand after update on invoice
    for each row when (new.notes = 'fail') execute function fail_on_demand()
  `;
  const plenty = await billing.addProduct({ initialQuantity: '1000' });
  const none = await billing.addProduct({ initialQuantity: '0' });
  const drafts = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      draftOf(n % 10 === 3 ? none : plenty, '1', n % 10 === 7 ? 'fail' : ''),
    ),
  );
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 120,
    fetch: (request) => app.fetch(request),
  });
  const issueOverHttp = async ({ id }: Invoice) => {
    const url = `${server.url.origin}/invoices/${id}/finalize`;
    const { status } = await fetch(url, { method: 'POST', headers: HEADERS });
    return status;
  };
  const statuses = await Promise.all(drafts.map(issueOverHttp));
  expect(statuses.filter((status, n) => isForced(n) && status === 200)).toEqual([]);
  expect(statuses).toContain(500);
  // On a machine that is very busy a call may run out of time: whoever asks again gets a number.
  for (const draft of drafts.filter((_, n) => !isForced(n) && statuses[n] !== 200)) {
    await until(async () => (await issueOverHttp(draft)) === 200, { timeoutMs: 30_000 });
  }
  await server.stop(true);
  const numbers = await sql<{ seq: number }[]>`
    select seq from invoice where number is not null order by seq
  `;
  expect(numbers.map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, n) => n + 1));
  await until(async () => (await sql`select from outbox`).length === 0, { timeoutMs: 60_000 });
  expect(await billing.stockOf(plenty.id)).toEqual(['840.000', '0.000']);
  await sql`drop trigger zz_fail_on_demand on invoice`;
}, 120_000);

test('an invoice is never dated before the last one of its series', async () => {
  const product = await billing.addProduct();
  const { sql } = billing.database;
  const lastDay = `${Temporal.Now.plainDateISO('Europe/Paris').year}-12-31`;
  await finalize((await draftOf(product)).id);
  await sql`update number_series set last_issue_date = ${lastDay}`;
  const { body } = await finalize((await draftOf(product)).id);
  expect(body.issueDate).toBe(lastDay);
});
