import { z } from 'zod';

import type { App } from './app.ts';
import { commonConfig, databaseConfig, port, readConfig } from './config.ts';
import { type Database, isReachable } from './database.ts';
import type { Discovery } from './discovery.ts';
import { purgeReplies } from './idempotency-store.ts';
import type { ImplementOptions } from './implement.ts';
import { createLog, type Log } from './log.ts';
import { membership } from './membership.ts';
import { createMetrics } from './metrics.ts';
import { openDatabase } from './open-database.ts';
import { openDiscovery } from './open-discovery.ts';
import { repeat } from './repeat.ts';
import { type RunningService, serve } from './service.ts';
import { openTracing } from './tracing.ts';

export type ServiceParts = {
  readonly sql: Database;
  readonly config: ServiceConfig;
  readonly log: Log;
  /** Of all services; closed after the app. */
  readonly discovery: Discovery;
  /** What `implement` takes besides contract and handlers. */
  readonly options: AppOptions;
};

/** What every app of a service is made with; spans only where they are wanted. */
export type AppOptions = Required<Omit<ImplementOptions, 'tracing'>> &
  Pick<ImplementOptions, 'tracing'>;

type ServiceDescription = {
  /** Of folder and database, and of the port's variable: `customer` listens on `CUSTOMER_PORT`. */
  readonly name: string;
  /** By which others find it: `customer-service`. */
  readonly service: string;
  readonly port: number;
  readonly migrations: string;
  /** Makes the app; `close` is called when nothing is served any more, before the database closes. */
  readonly build: (
    parts: ServiceParts,
  ) => Promise<{ readonly app: App; readonly close?: () => Promise<unknown> }>;
};

/**
 * Starts a service that has a database of its own: configuration, database at its newest schema,
 * app, registration. `PORT` wins over the service's own variable, for one more instance.
 */
export async function startService(description: ServiceDescription): Promise<RunningService> {
  const { name, service, migrations, build } = description;
  const config = configOf(description);
  const log = createLog({ name, level: config.LOG_LEVEL });
  const metrics = createMetrics();
  const tracing = await openTracing({ service, log });
  const sql = await openDatabase(name, config, migrations);
  const options = { log, metrics, tracing, maxBodyBytes: config.MAX_BODY_BYTES };
  const discovery = openDiscovery(config, log);
  const { app, close } = await build({ sql, config, log, discovery, options });
  const purge = repeat({
    service,
    what: 'forget old idempotency keys',
    everyMs: PURGE_EVERY_MS,
    log,
    work: () => purgeReplies(sql),
  });
  return serve({
    app,
    log,
    metrics,
    config,
    ready: () => isReachable(sql),
    register: membership({ service, config, discovery, log }),
    async close() {
      await Promise.all([purge.stop(), close?.()]);
      discovery.close();
      await Promise.all([sql.end({ timeout: CLOSE_LIMIT_SECONDS }), tracing?.stop()]);
    },
  });
}

const PURGE_EVERY_MS = 3_600_000;
const CLOSE_LIMIT_SECONDS = 2;

const serviceConfig = z.object({ ...commonConfig, ...databaseConfig, PORT: port(0) });
export type ServiceConfig = z.output<typeof serviceConfig>;

function configOf({ name, port: fallback }: ServiceDescription): ServiceConfig {
  const variable = `${name.toUpperCase()}_PORT`;
  const ports = readConfig(z.object({ PORT: port(0).optional(), [variable]: port(fallback) }));
  return readConfig(serviceConfig, { ...Bun.env, PORT: String(ports['PORT'] ?? ports[variable]) });
}
