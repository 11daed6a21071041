import { afterAll, beforeAll, expect, test } from 'bun:test';

import { isDatabaseAway } from './database-away.ts';
import { connect, type Database } from './database.ts';
import { type TestDatabase, testDatabase, until } from './testing.ts';

let database: TestDatabase;
let admin: Database;

beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create table tally (id int primary key, n int not null)`;
  await database.sql`insert into tally values (1, 0)`;
  admin = connect(database.url, { maxConnections: 1 });
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const endOthers = () => admin`
  select pg_terminate_backend(pid)
  from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()
`;

test('connections that the server ends lead to errors that say so, and work goes on', async () => {
  const sql = connect(database.url);
  const tally = { isOver: false, counted: 0, refused: 0, unexpected: [] as unknown[] };
  const worker = async () => {
    while (!tally.isOver) {
      try {
        await sql.begin(async (tx) => {
          // Several at once, so that some are still to be written when the connection ends.
          await Promise.all([tx`select 1`, tx`update tally set n = n + 1`, tx`select 2`]);
          await tx`select n from tally where id = ${1}`;
        });
        tally.counted += 1;
      } catch (error) {
        tally.refused += 1;
        if (!isDatabaseAway(error)) tally.unexpected.push(error);
      }
    }
  };
  const workers = Array.from({ length: 12 }, worker);
  // One in thirty left the driver with a reply that nobody waits for, and each later one to the wrong query.
  for (let round = 0; round < 30; round += 1) {
    const enough = tally.counted + 20;
    await endOthers();
    await until(() => tally.counted >= enough, { what: 'work after the end' });
  }
  tally.isOver = true;
  await sql.end({ timeout: 1 });
  await Promise.all(workers);
  expect(tally.unexpected).toEqual([]);
  expect(tally.refused).toBeGreaterThan(0);
}, 60_000);
