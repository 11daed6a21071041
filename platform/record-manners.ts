import { describe, expect, test } from 'bun:test';

import type { Answer, StatusRecorder } from './contract-testing.ts';
import type { Database } from './database.ts';
import { testHistory } from './history-manners.ts';
import { purgeReplies } from './idempotency-store.ts';
import { conflict, ProblemError } from './problem.ts';
import type { AssertUnreferred } from './referrers.ts';
import { badGateway, serviceTooLate } from './upstream-problem.ts';

type RecordsUnderTest = {
  /** Of the collection: `/customers`. */
  readonly path: string;
  readonly send: StatusRecorder['send'];
  readonly sql: Database;
  /** A body with a `name`, unlike any other that it gave. */
  readonly make: () => { readonly name: string };
  /** Whom the app asks from now on before it deletes. */
  readonly ask: (referrers: AssertUnreferred) => void;
  /** What can be done to a record beside what all records can, such as `/anonymise`. */
  readonly transitions?: readonly string[];
};

const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';

/** For tests: what every kind of record has to do alike, over the API of a service. */
export function testRecordManners(records: RecordsUnderTest): void {
  testIdempotency(records);
  testPreconditions(records);
  testArchive(records);
  testReferences(records);
  testHistory(records);
}

function testIdempotency({ path, send, sql, make, transitions = [] }: RecordsUnderTest): void {
  describe(`an Idempotency-Key on POST ${path}`, () => {
    test('makes one record of repeats at once and later, and takes no other body', async () => {
      const sent = { body: make(), idempotencyKey: `${path}-repeated` };
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => send(`POST ${path}`, sent)),
      );
      const made = answers.filter(({ status }) => status === 201);
      expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
      expect(made.filter((answer) => !isReplay(answer))).toHaveLength(1);
      const again = await send(`POST ${path}`, sent);
      expect([again.body, isReplay(again)]).toEqual([made[0]?.body, true]);
      const other = await send(`POST ${path}`, { ...sent, body: make() });
      expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused']);
    });

    test('is remembered for 24 hours, and then forgotten', async () => {
      const key = `${path}-old`;
      const first = { body: make(), idempotencyKey: key };
      const { body } = await send(`POST ${path}`, first);
      const age = (interval: string) => sql`
        update idempotency_key set created_at = now() - ${interval}::interval where key = ${key}
      `;
      await age('23 hours 59 minutes');
      await purgeReplies(sql);
      expect((await send(`POST ${path}`, first)).body).toEqual(body);
      await age('24 hours 1 minute');
      const later = await send(`POST ${path}`, { body: make(), idempotencyKey: key });
      expect(later.status).toBe(201);
      await age('24 hours 1 minute');
      await purgeReplies(sql);
      expect(await sql`select key from idempotency_key where key = ${key}`).toHaveLength(0);
    });

    test.each(['/archive', '/restore', ...transitions])(
      'gives a repeat of %s the first reply, whatever happened since',
      async (to) => {
        const { id } = (await send(`POST ${path}`, { body: make() })).body;
        const sent = { ifMatch: 1, idempotencyKey: `${path}${to}-repeated` };
        const first = await send(`POST ${path}/${id}${to}`, sent);
        await send(`PATCH ${path}/${id}`, { body: { name: 'Other' }, ifMatch: '*' });
        const again = await send(`POST ${path}/${id}${to}`, sent);
        expect([again.status, again.body]).toEqual([200, first.body]);
        expect([first, again].map(isReplay)).toEqual([false, true]);
        await sql.begin(async (tx) => {
          await tx`select pg_advisory_xact_lock(hashtextextended(${sent.idempotencyKey}, 1))`;
          expect((await send(`POST ${path}/${id}${to}`, sent)).status).toBe(409);
        });
      },
    );

    test('gives 409 while the first request with it still runs', async () => {
      await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(hashtextextended('slow', 1))`;
        const answer = await send(`POST ${path}`, { body: make(), idempotencyKey: 'slow' });
        expect([answer.status, answer.body.type]).toEqual([409, '/problems/request-in-flight']);
        expect(answer.headers.get('retry-after')).toBe('1');
      });
    });
  });
}

function testPreconditions({ path, send, make, transitions = [] }: RecordsUnderTest): void {
  const add = async () => (await send(`POST ${path}`, { body: make() })).body;
  const changes: [string, object | undefined][] = [
    ['PUT', make()],
    ['PATCH', { name: 'Other' }],
    ['DELETE', undefined],
    ...['/archive', '/restore', ...transitions].map((to): [string, undefined] => [
      `POST ${to}`,
      undefined,
    ]),
  ];
  describe.each(changes)(`%s of ${path}`, (change, body) => {
    const [method = '', to = ''] = change.split(' ');
    const line = (id: string) => `${method} ${path}/${id}${to}`;

    test('answers 428 without If-Match, 412 with the current state when it is stale', async () => {
      const { id, name } = await add();
      expect((await send(line(id), { body })).status).toBe(428);
      expect((await send(line(id), { body, ifMatch: 'W/"1"' })).status).toBe(412);
      const stale = await send(line(id), { body, ifMatch: 7 });
      expect(stale.status).toBe(412);
      expect(stale.headers.get('etag')).toBe('"1"');
      expect(stale.body.current).toMatchObject({ id, name, version: 1 });
      expect((await send(`GET ${path}/${id}`)).body.version).toBe(1);
    });

    test('answers 404 for an unknown id, with or without If-Match', async () => {
      expect((await send(line(UNKNOWN), { body })).status).toBe(404);
      expect((await send(line(UNKNOWN), { body, ifMatch: 1 })).status).toBe(404);
    });
  });

  test(`of changes of ${path} at once under one ETag, one wins and the others get 412`, async () => {
    const { id } = await add();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send(`PATCH ${path}/${id}`, { body: { name: `${n}` }, ifMatch: 1 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
    expect((await send(`GET ${path}/${id}`)).body.version).toBe(2);
  });
}

function testArchive({ path, send, make }: RecordsUnderTest): void {
  test(`what is archived leaves ${path} and comes back by restore; both may be repeated`, async () => {
    const { id } = (await send(`POST ${path}`, { body: make() })).body;
    const isListed = async (query: string) =>
      idsOf(await send(`GET ${path}?size=100&${query}`)).includes(id);
    const archived = await send(`POST ${path}/${id}/archive`, { ifMatch: 1 });
    expect(archived.status).toBe(200);
    expect(archived.body).toMatchObject({ version: 2, archivedAt: archived.body.updatedAt });
    expect((await send(`POST ${path}/${id}/archive`, { ifMatch: 2 })).body.version).toBe(2);
    expect([await isListed(''), await isListed('archived=true')]).toEqual([false, true]);
    expect(await isListed(`ids=${id.toUpperCase()},${UNKNOWN}`)).toBe(true);
    expect((await send(`GET ${path}/${id}`)).status).toBe(200);
    const restored = await send(`POST ${path}/${id}/restore`, { ifMatch: 2 });
    expect(restored.body).toMatchObject({ version: 3, archivedAt: null });
    expect([await isListed(''), await isListed('archived=true')]).toEqual([true, false]);
    for (const query of ['archived=maybe', 'ids=1,2']) {
      const { status, body } = await send(`GET ${path}?${query}`);
      expect([status, body.errors[0].pointer]).toEqual([422, `/${query.split('=')[0]}`]);
    }
  });
}

function testReferences({ path, send, make, ask }: RecordsUnderTest): void {
  test.each<[number, () => Promise<void>]>([
    [409, async () => conflict('in-use', 'Others refer to it')],
    [502, () => Promise.reject(badGateway('other-service'))],
    [503, () => Promise.reject(new ProblemError(503, 'service-unavailable', 'Nobody there'))],
    [504, () => Promise.reject(serviceTooLate('other-service'))],
  ])(
    `DELETE of ${path} answers %d, and the record stays, unless nothing refers to it`,
    async (status, answer) => {
      const { id } = (await send(`POST ${path}`, { body: make() })).body;
      ask(answer);
      expect((await send(`DELETE ${path}/${id}`, { ifMatch: '*' })).status).toBe(status);
      expect((await send(`GET ${path}/${id}`)).status).toBe(200);
      ask(() => Promise.resolve());
      expect((await send(`DELETE ${path}/${id}`, { ifMatch: 1 })).status).toBe(204);
      expect((await send(`GET ${path}/${id}`)).status).toBe(404);
    },
  );
}

const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';
const idsOf = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);
