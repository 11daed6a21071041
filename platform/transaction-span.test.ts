import { afterAll, beforeAll, expect, test } from 'bun:test';

import { transact } from './database.ts';
import { conflict } from './problem.ts';
import { contextOf, currentContext, withContext } from './request-context.ts';
import { type TestDatabase, testDatabase } from './testing.ts';
import type { Span, SpanEnd, SpanStart } from './tracing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Records what is begun below it, and how that ends. */
function recorder() {
  const begun: SpanStart[] = [];
  const ended: SpanEnd[] = [];
  const spanOf = (spanId: string): Span => ({
    traceId: 'a'.repeat(32),
    spanId,
    headers: { traceparent: '' },
    begin(start) {
      begun.push(start);
      return spanOf(String(begun.length));
    },
    end: (end = {}) => void ended.push(end),
  });
  const context = contextOf(new Request('http://shelf/'), spanOf('request'));
  return { begun, ended, run: <T>(work: () => Promise<T>) => withContext(context, work) };
}

test('a transaction is one span below its request, and what it calls stands below it', async () => {
  const { begun, ended, run } = recorder();
  const seen = await run(() =>
    transact(database.sql, async (tx) => {
      const [row] = await tx`select 1 as one`;
      return { one: row?.['one'], span: currentContext()?.span?.spanId };
    }),
  );
  expect(seen).toEqual({ one: 1, span: '1' });
  const name = new URL(database.url).pathname.slice(1);
  expect(begun).toEqual([
    {
      name: `transaction ${name}`,
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': name },
    },
  ]);
  expect(ended).toEqual([{}]);
});

test('one that the database refuses ends as an error with its code, and one that we refuse does not', async () => {
  const { ended, run } = recorder();
  const divided = run(() => transact(database.sql, (tx) => tx`select 1 / 0`));
  expect(divided).rejects.toThrow('division by zero');
  await divided.catch(() => undefined);
  const refused = run(() => transact(database.sql, async () => conflict('taken', 'Taken')));
  expect(refused).rejects.toThrow('Taken');
  await refused.catch(() => undefined);
  expect(ended).toEqual([
    {
      attributes: { 'db.response.status_code': '22012', 'error.type': '22012' },
      isError: true,
    },
    {},
  ]);
});

test('outside of a request that is recorded a transaction just runs', async () => {
  const rows = await transact(database.sql, (tx) => tx`select 1 as one`);
  expect(rows[0]?.['one']).toBe(1);
});
