import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connect, type Database } from 'platform/database';
import { withDatabase } from 'platform/database-url';
import { startEmbeddedPostgres } from 'platform/embedded-postgres';
import { freePort } from 'platform/ports';

/** The whole system as a user starts it, on a durable database server of its own. */
export type MeasuredSystem = {
  /** The gateway's `/api`. */
  readonly api: string;
  /** The database server, which counts the statements that it runs. */
  readonly databaseUrl: string;
  /** Statements in the services' databases since the last call. */
  readonly countStatements: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

export async function startMeasuredSystem(): Promise<MeasuredSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'comptoir-bench-'));
  await chmod(folder, 0o755); // A database server that root starts runs as another user.
  const server = await startCountingPostgres(folder);
  const gateway = await freePort('127.0.0.1');
  const system = await startSystem(server.url, gateway);
  const sql = connect(withDatabase(server.url, 'postgres'), { maxConnections: 1 });
  await sql`create extension pg_stat_statements`;
  return {
    api: `http://127.0.0.1:${gateway}/api`,
    databaseUrl: server.url,
    countStatements: () => countStatements(sql),
    async stop() {
      await sql.end();
      system.kill('SIGTERM');
      await system.exited;
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What counts statements has to be loaded when the server starts. */
async function startCountingPostgres(dataDir: string) {
  const first = await startEmbeddedPostgres({ dataDir });
  const sql = connect(first.url, { maxConnections: 1 });
  await sql`alter system set shared_preload_libraries = 'pg_stat_statements'`;
  await sql`alter system set max_connections = 200`;
  await sql.end();
  await first.stop();
  return startEmbeddedPostgres({ dataDir });
}

async function startSystem(databaseUrl: string, gateway: number): Promise<Bun.Subprocess> {
  const names = ['REGISTRY_PORT', 'CUSTOMER_PORT', 'INVENTORY_PORT', 'BILLING_PORT'];
  const ports = names.map((name) => [name, '0']);
  const child = Bun.spawn([process.execPath, 'stack.ts', '--without', 'web'], {
    cwd: join(import.meta.dir, '..'),
    env: {
      ...process.env,
      ...Object.fromEntries(ports),
      GATEWAY_PORT: String(gateway),
      DATABASE_URL: databaseUrl,
      DEMO: 'off',
      LOG_LEVEL: 'warn',
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  // Also when the measuring fails: nobody else would end it.
  process.once('exit', () => child.kill('SIGTERM'));
  const ready = Promise.withResolvers<void>();
  void (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (/\bready\b/.test(text)) ready.resolve();
      if (/warn|error|Cannot/i.test(text)) console.error(text.trimEnd());
    }
    ready.reject(new Error('The system did not start'));
  })();
  await ready.promise;
  return child;
}

/** Of people's statements only: what one statement runs within counts as part of it. */
async function countStatements(sql: Database): Promise<number> {
  const [row] = await sql<{ calls: number }[]>`
    select coalesce(sum(calls), 0)::int as calls
    from pg_stat_statements
    join pg_database on pg_database.oid = dbid
    where datname in ('customer', 'inventory', 'billing')
  `;
  await sql`select pg_stat_statements_reset()`;
  return row?.calls ?? 0;
}
