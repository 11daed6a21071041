import { describe, expect, test } from 'bun:test';

import type { StatusRecorder } from './contract-testing.ts';
import type { Database } from './database.ts';

type RecordsWithHistory = {
  readonly path: string;
  readonly send: StatusRecorder['send'];
  readonly sql: Database;
  readonly make: () => { readonly name: string };
};

const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';

/** For tests: what the history of every kind of record has to tell. */
export function testHistory(records: RecordsWithHistory): void {
  describe(`GET ${records.path}/{id}/history`, () => {
    testWhatItTells(records);
    testWhatStays(records);
  });
}

function testWhatItTells(records: RecordsWithHistory): void {
  const { path, send } = records;
  const { addAndRename, read } = wordsOf(records);

  test('says who changed what, newest first, with the request that did', async () => {
    const { id, name } = await addAndRename(0);
    const headers = { 'x-request-id': 'request-7', 'x-forwarded-user': 'anna@example.com' };
    await send(`PATCH ${path}/${id}`, { body: { name: 'New' }, ifMatch: 1, headers });
    await send(`PATCH ${path}/${id}`, { body: { name: 'New' }, ifMatch: 2, headers });
    await send(`POST ${path}/${id}/archive`, { ifMatch: 3 });
    const { items, next } = await read(id);
    expect(items).toMatchObject([
      { action: 'archived', who: null, changes: [] },
      {
        action: 'changed',
        at: expect.stringMatching(/^20\d\d-.*Z$/),
        who: 'anna@example.com',
        requestId: 'request-7',
        changes: [{ field: 'name', before: name, after: 'New' }],
      },
      { action: 'created' },
    ]);
    expect(items[2].changes).toContainEqual({ field: 'name', before: null, after: name });
    expect(next).toBeNull();
  });

  test('goes on from a cursor, without losing or repeating what came meanwhile', async () => {
    const { id, name } = await addAndRename(4);
    const first = await read(id, 'size=2');
    await send(`PATCH ${path}/${id}`, { body: { name: 'Late' }, ifMatch: 5 });
    const rest = await read(id, `cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(nameAfter)).toEqual([
      'Name 4',
      'Name 3',
      'Name 2',
      'Name 1',
      name,
    ]);
    expect(rest.next).toBeNull();
    expect((await send(`GET ${path}/${id}/history?cursor=x`)).status).toBe(422);
  });

  test('gives the changes of one field alone, across pages', async () => {
    const { id, name } = await addAndRename(2);
    await send(`POST ${path}/${id}/archive`, { ifMatch: 3 });
    const first = await read(id, 'field=name&size=2');
    const rest = await read(id, `field=name&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(nameAfter)).toEqual(['Name 2', 'Name 1', name]);
    expect((await read(id, 'field=nothing')).items).toEqual([]);
  });
}

function testWhatStays(records: RecordsWithHistory): void {
  const { path, send, sql } = records;
  const { addAndRename, read } = wordsOf(records);

  test('outlives the record; 404 for one that never was', async () => {
    const { id } = await addAndRename(1);
    await send(`DELETE ${path}/${id}`, { ifMatch: 2 });
    const actions = (await read(id)).items.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(['deleted', 'changed', 'created']);
    expect((await send(`GET ${path}/${UNKNOWN}/history`)).status).toBe(404);
  });

  test('cannot be changed, deleted or emptied in the database', async () => {
    const { id } = await addAndRename(0);
    const refused = 'it is only ever added to and redacted';
    const tampered = sql`update audit_event set action = 'x' where record_id = ${id}`;
    expect(tampered.execute()).rejects.toThrow(refused);
    const renamed = sql`update audit_event set who = 'x', changes = null where record_id = ${id}`;
    expect(renamed.execute()).rejects.toThrow(refused);
    const deleted = sql`delete from audit_event where record_id = ${id}`;
    expect(deleted.execute()).rejects.toThrow(refused);
    expect(sql`truncate audit_event`.execute()).rejects.toThrow(refused);
  });
}

function wordsOf({ path, send, make }: RecordsWithHistory) {
  return {
    addAndRename: async (times: number) => {
      const { id, name } = (await send(`POST ${path}`, { body: make() })).body;
      for (let n = 1; n <= times; n += 1)
        await send(`PATCH ${path}/${id}`, { body: { name: `Name ${n}` }, ifMatch: n });
      return { id, name };
    },
    read: async (id: string, query = '') => (await send(`GET ${path}/${id}/history?${query}`)).body,
  };
}

function nameAfter({ changes }: { changes: readonly { field: string; after: unknown }[] }) {
  return changes.find(({ field }) => field === 'name')?.after;
}
