import { afterAll, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';

import { transact } from 'platform/database';
import { silentLog } from 'platform/log';
import { currentContext, ownContext, withContext } from 'platform/request-context';
import { testDatabase } from 'platform/testing';

import { ANONYMISED } from './contract.ts';
import { noteForgotten, tellForgotten } from './forgotten-store.ts';

const database = await testDatabase(join(import.meta.dir, 'migrations'));
const { sql } = database;

beforeEach(async () => {
  await sql`truncate forgotten`;
});
afterAll(() => database.drop());

const ID = '01930000-0000-7000-8000-000000000001';
const note = (id = ID) => transact(sql, (tx) => noteForgotten(tx, id));
const tellWith = (
  tell: (id: string, signal: AbortSignal) => Promise<void>,
  { signal } = new AbortController(),
) => tellForgotten(sql, { tell: ({ id }, ...rest) => tell(id, ...rest), signal, log: silentLog });
const left = () => sql`select customer_id from forgotten`;
/** As if the time had passed for which the next try waits. */
const hurry = () => sql`update forgotten set next_attempt_at = now()`;

/** Notes whom it was told of, and in whose name. */
function listener() {
  const heard: { id: string; who: string | null | undefined }[] = [];
  const tell = async (id: string) => {
    heard.push({ id, who: currentContext()?.who });
  };
  return { heard, tell };
}

test('others are told in the name of who forgot, and once more later', async () => {
  const context = { ...ownContext('test'), who: 'imane@example.com' };
  await withContext(context, () => note());
  const { heard, tell } = listener();
  await tellWith(tell);
  expect(heard).toEqual([{ id: ID, who: 'imane@example.com' }]);
  expect(await left()).toHaveLength(1);
  await tellWith(tell);
  expect(heard).toHaveLength(1);
  await hurry();
  await tellWith(tell);
  expect(heard).toHaveLength(2);
  expect(await left()).toHaveLength(0);
});

test('whoever does not answer is told again, and keeps nobody else from being told', async () => {
  const other = '01930000-0000-7000-8000-000000000002';
  await note();
  await note(other);
  const { heard, tell } = listener();
  await tellWith((id) => (id === ID ? Promise.reject(new Error('away')) : tell(id)));
  expect(heard.map(({ id }) => id)).toEqual([other]);
  await hurry();
  await tellWith((id) => (id === ID ? tell(id) : Promise.resolve()));
  expect(heard.map(({ id }) => id)).toEqual([other, ID]);
  await hurry();
  await tellWith(tell);
  expect(await left()).toHaveLength(0);
});

test('who is forgotten anew is told of twice again', async () => {
  await note();
  const { heard, tell } = listener();
  await tellWith(tell);
  await note();
  await tellWith(tell);
  await hurry();
  await tellWith(tell);
  expect(heard).toHaveLength(3);
  expect(await left()).toHaveLength(0);
});

test('of two processes one tells', async () => {
  await note();
  const { heard, tell } = listener();
  const goOn = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const first = tellWith(async (id) => {
    told.resolve();
    await goOn.promise;
    await tell(id);
  });
  await told.promise;
  await tellWith(tell);
  expect(heard).toEqual([]);
  goOn.resolve();
  await first;
  expect(heard).toHaveLength(1);
});

test('whoever forgets a customer anew need not wait for those who are told', async () => {
  await note();
  const { heard, tell } = listener();
  await tellWith(async (id) => {
    if (heard.length === 0) await note();
    await tell(id);
  });
  expect(heard).toHaveLength(2);
  await hurry();
  await tellWith(tell);
  expect(heard).toHaveLength(3);
  expect(await left()).toHaveLength(0);
});

test('others are told since when a customer is forgotten, the same each time', async () => {
  await note();
  const [row] = await sql`select forgotten_at from forgotten`;
  const heard: string[] = [];
  const { signal } = new AbortController();
  const tell = async ({ forgottenAt }: { readonly forgottenAt: string }) => {
    heard.push(forgottenAt);
  };
  await tellForgotten(sql, { tell, log: silentLog, signal });
  await hurry();
  await tellForgotten(sql, { tell, log: silentLog, signal });
  expect(heard).toEqual([row?.['forgottenAt'], row?.['forgottenAt']]);
});

test('whoever stops waits for nobody who does not answer, and tells the next time', async () => {
  await note();
  const stopping = new AbortController();
  const { promise, reject } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const telling = tellWith((_, signal) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
    asked.resolve();
    return promise;
  }, stopping);
  await asked.promise;
  stopping.abort();
  await telling;
  expect(await left()).toHaveLength(1);
  await hurry();
  const { heard, tell } = listener();
  await tellWith(tell);
  expect(heard).toHaveLength(1);
});

test('stopped, it tells of nobody more, and the next process does', async () => {
  await note();
  await note('01930000-0000-7000-8000-000000000002');
  const stopping = new AbortController();
  const tried: string[] = [];
  await tellWith(async (id) => {
    tried.push(id);
    stopping.abort();
    throw new Error('stopped');
  }, stopping);
  expect(tried).toHaveLength(1);
  await hurry();
  const { heard, tell } = listener();
  await tellWith(tell);
  expect(heard).toHaveLength(2);
});

test('those who were forgotten before anybody was told are told of as well, unless they are back', async () => {
  const [anonymised, filledIn] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await sql`drop table forgotten`;
  await sql`
    insert into customer (id, name, email, phone, street, postal_code, city, country, siren, vat_number)
    select *, '', '', '', '', '', 'FR', '', ''
    from (values (${anonymised}::uuid, ${ANONYMISED}), (${filledIn}::uuid, 'Hélène Dupont')) as kept
  `;
  await sql`
    insert into audit_event (record_id, action, request_id)
    select id, action, ''
    from unnest(${[ID, anonymised, filledIn]}::uuid[]) as id, unnest('{created,anonymised}'::text[]) as action
  `;
  for (const name of ['0070_tell_who_is_forgotten', '0072_say_since_when_forgotten']) {
    await sql.file(join(import.meta.dir, `migrations/${name}.sql`));
  }
  const { heard, tell } = listener();
  await tellWith(tell);
  expect(new Set(heard.map(({ id }) => id))).toEqual(new Set([ID, anonymised]));
});
