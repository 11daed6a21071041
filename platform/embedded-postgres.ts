import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { type PostgresRecord, postgresRecordFile, readPostgresRecord } from './database-url.ts';
import { guarded } from './guard.ts';
import { freePort, isPortFree } from './ports.ts';
import { postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type Cluster, createCluster, openCluster, type Server } from './postgres-cluster.ts';
import { stopLeftoverServer } from './postgres-leftover.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  /** News for people: what takes long, what was found. */
  readonly say?: (line: string) => void;
  /** `false` for a throw-away server: faster, and lost when the machine goes down. */
  readonly durable?: boolean;
};

export type EmbeddedPostgres = {
  /** Address, name and password, with the maintenance database as path. */
  readonly url: string;
  readonly pid: number;
  /** What it ended by, whether it was asked to or not. */
  readonly ended: Promise<string>;
  /** Breaks off open connections and ends in order. */
  stop(): Promise<void>;
};

const HOST = '127.0.0.1';

/**
 * Starts a PostgreSQL of its own under `dataDir`, made at the first start and used again at the
 * next, on its old port where that is free. Its address is written to `postgres.json` there. It ends
 * when this process ends, however that ends.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { say = () => {}, durable = true } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const account = postgresAccount();
  const binaries = await postgresBinaries(account);
  const record = readPostgresRecord(dataDir);
  const server: Server = { binaries, account, durable };
  const cluster =
    (await openCluster({ dataDir, record, server })) ??
    (await createCluster({ dataDir, record, server, say }));
  await stopLeftoverServer(cluster.folder, say);
  const { group, port } = await startOnSomePort(server, cluster, portOf(record));
  const url = `postgres://postgres:${cluster.password}@${HOST}:${port}/postgres`;
  await writeRecord(dataDir, { url, ...(cluster.home ? { home: cluster.home } : {}) });
  return {
    url,
    pid: group.pid,
    ended: group.ended,
    stop: async () => group.stop('SIGTERM', STOP_LIMIT_MS),
  };
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/**
 * Small where it may be: a hundred connections, no parallel workers, no replication. Of a large
 * database the indexes of searches are to stay in `shared_buffers`.
 */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '100',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_wal_size: '256MB',
  jit: 'off',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Another program may take a free port before the server does: then it is tried on another. */
async function startOnSomePort(
  server: Server,
  cluster: Cluster,
  formerPort: number | undefined,
): Promise<{ group: ProcessGroup; port: number }> {
  let port = formerPort && isPortFree(HOST, formerPort) ? formerPort : await freePort(HOST);
  for (let attempt = 1; ; attempt += 1) {
    const { group, failure } = await startServer(server, cluster.folder, port);
    if (failure === undefined) return { group, port };
    if (attempt === 3 || !failure.includes('Address already in use')) {
      throw new Error(`PostgreSQL did not start in '${cluster.folder}': ${failure}`);
    }
    port = await freePort(HOST);
  }
}

async function startServer(
  { binaries, account, durable }: Server,
  folder: string,
  port: number,
): Promise<{ group: ProcessGroup; failure?: string }> {
  const settings = { ...SETTINGS, ...(durable ? {} : THROW_AWAY), port };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const ready = Promise.withResolvers<undefined>();
  let trouble = '';
  const group = startGroup({
    command: guarded([binaries.postgres, '-D', folder, ...flags], 'INT'), // A fast shutdown.
    env: { PATH: '/usr/bin:/bin', LC_MESSAGES: 'C' },
    cwd: '/',
    user: account,
    onLine(line) {
      if (line.includes('database system is ready to accept connections')) ready.resolve(undefined);
      if (/ (FATAL|PANIC|ERROR|LOG): .*(could not|already|cannot|invalid)/.test(line))
        trouble = line;
      if (/ (FATAL|PANIC): /.test(line)) trouble = trouble || line;
    },
  });
  const timer = setTimeout(() => void group.stop('SIGTERM', 0), START_LIMIT_MS);
  const end = await Promise.race([ready.promise, group.ended]);
  clearTimeout(timer);
  return end === undefined ? { group } : { group, failure: trouble || `it ended with ${end}` };
}

function portOf(record: PostgresRecord | undefined): number | undefined {
  return record === undefined ? undefined : Number(new URL(record.url).port);
}

/** Holds a password, so nobody else may read it, not even between writing and closing. */
async function writeRecord(dataDir: string, record: PostgresRecord): Promise<void> {
  const file = postgresRecordFile(dataDir);
  await writeFile(file, '', { mode: 0o600 });
  await chmod(file, 0o600);
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
}
