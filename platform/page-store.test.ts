import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { connect, type Database } from './database.ts';
import { readPage } from './page-store.ts';
import { foundAsField, foundByWords, rankedByStart } from './search-store.ts';
import { testFolder } from './testing-folder.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

const folder = testFolder();
let database: TestDatabase;

/** More of them than are counted. */
const SCREWS = 10_100;

beforeAll(async () => {
  await Bun.write(
    join(folder, '0001_create_part.sql'),
    `create extension if not exists pg_trgm;
     create table part (
       id uuid primary key default gen_random_uuid(), name text not null, code text not null,
       search text not null generated always as (search_text(name || e'\\n' || code)) stored
     );
     create index part_search on part using gin (search gin_trgm_ops);
     create index part_name on part (name, id);
     insert into part (name, code) select 'Vis de ' || lpad(n::text, 5, '0'), 'V-' || n
     from generate_series(1, ${SCREWS}) as n;
     insert into part (name, code) values ('Été', 'E-1'), ('Mur d''été', 'M-1'), ('Étéinte', 'E-2'),
       ('Autre', 'été'), ('Bien autre', 'été-2'), ('Vis', 'W-1'), ('Tournevis', 'T-1');
     analyze part;`,
  );
  database = await testDatabase(folder);
});
afterAll(() => database.drop());

type Asked = { q: string; page?: number; size?: number; descending?: boolean };

const search = ({ q, page = 0, size = 20, descending }: Asked, sql: Database = database.sql) =>
  readPage<{ id: string; name: string }, 'name'>(sql, {
    columns: sql`id, name`,
    source: sql`part`,
    where: foundByWords(sql, q),
    ranking: rankedByStart(sql, q, foundAsField(sql, q)),
    columnOf: { name: 'name' },
    defaultSort: [{ field: 'name', descending: false }],
    sort: descending === undefined ? [] : [{ field: 'name', descending }],
    page,
    size,
  });
const names = async (asked: Asked) => (await search(asked)).items.map(({ name }) => name);

const RANKED = ['Autre', 'Été', 'Étéinte', 'Bien autre', "Mur d'été"];

test('a search gives first what is named so, then what starts so, then what has it', async () => {
  expect(await names({ q: 'ete' })).toEqual(RANKED);
  expect([
    ...(await names({ q: 'ÉTÉ', size: 2 })),
    ...(await names({ q: 'ÉTÉ', size: 2, page: 1 })),
    ...(await names({ q: 'ÉTÉ', size: 2, page: 2 })),
  ]).toEqual(RANKED);
});

test('a search with a sort goes by the sort alone', async () => {
  expect(await names({ q: 'ete', descending: true })).toEqual(
    RANKED.toSorted((a, b) => b.localeCompare(a, 'fr')),
  );
});

test('a search tells its total beyond its last page too, and where nothing is found', async () => {
  expect(await search({ q: 'ete', page: 7 })).toMatchObject({ items: [], total: 5 });
  expect(await search({ q: 'nothing' })).toMatchObject({ items: [], total: 0 });
});

test('of more than is counted the best come first too, and no row twice', async () => {
  const pages = await Promise.all([0, 1, 2].map((page) => search({ q: 'vis', page })));
  expect(pages[0]).toMatchObject({ total: 10_000, totalIsExact: false });
  const found = pages.flatMap(({ items }) => items.map(({ name }) => name));
  expect(found[0]).toBe('Vis');
  expect(new Set(found).size).toBe(60);
  const sorted = await names({ q: 'vis', descending: true, size: 2 });
  expect(sorted).toEqual([`Vis de ${SCREWS}`, `Vis de ${SCREWS - 1}`]);
});

test('each search is planned for its own words', async () => {
  const sql = connect(database.url, { maxConnections: 1 });
  try {
    for (let time = 0; time < 7; time += 1) await search({ q: 'ete' }, sql);
    const kept = await sql`
      select from pg_prepared_statements where statement like ${'%search_text%'}
    `;
    expect(kept).toHaveLength(0);
  } finally {
    await sql.end();
  }
});
