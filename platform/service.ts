import type { Server } from 'bun';

import type { App } from './app.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openStreams } from './open-streams.ts';
import { exitWithParent } from './parent-watch.ts';

export type ServiceOptions = {
  readonly app: App;
  /** Takes every request in the app's place, and hands on to it what it does not answer itself. */
  readonly fetch?: (
    request: Request,
    server: Server<undefined>,
  ) => Response | undefined | Promise<Response | undefined>;
  readonly log: Log;
  readonly config: { readonly HOST: string; readonly PORT: number };
  readonly metrics?: Metrics;
  /** Whether requests can be served; asked by `GET /health/ready`. */
  readonly ready?: () => boolean | Promise<boolean>;
  /** Called once the port is known, with which the service registers. */
  readonly register?: ((port: number) => { start(): void; stop(): Promise<void> }) | undefined;
  /** Ends what never ends by itself, such as event streams, before running requests are drained. */
  readonly endStreams?: () => void;
  readonly serverOptions?: ServerOptions;
  /** How long running requests may take to finish; default 10 s. */
  readonly drainMs?: number;
  /** Called last, when nothing runs any more. */
  readonly close?: () => Promise<void>;
};

/** What only some servers need of Bun's own options. */
export type ServerOptions = {
  /** Answers when a reply's body failed before anything of the reply was sent. */
  readonly error?: (error: Error) => Response;
  readonly websocket?: Bun.WebSocketHandler<undefined>;
  readonly tls?: Bun.TLSOptions;
  readonly http2?: boolean;
  /** Several processes listen on one port. */
  readonly reusePort?: boolean;
};

export type RunningService = { readonly server: Server<undefined>; stop(): Promise<void> };

/**
 * Serves an app with the manners of every process: `/health/live`, `/health/ready`, `/metrics`,
 * registration, and a stop in order on SIGTERM and SIGINT: not ready, deregister, finish what runs,
 * close.
 */
export function serve(options: ServiceOptions): RunningService {
  const { app, log, config, metrics = createMetrics(), ready = () => true } = options;
  const { drainMs = DRAIN_MS } = options;
  let stopping: Promise<void> | undefined;
  addOperations({ app, metrics, ready: async () => stopping === undefined && (await ready()) });

  const fetch = options.fetch ?? ((request: Request) => app.fetch(request));
  const server = listen(fetch, config, options.serverOptions);
  const registration = options.register?.(server.port ?? config.PORT);
  registration?.start();
  log.info('Listening on {url}', { url: server.url.origin });

  const stop = async () => {
    await registration?.stop();
    // Callers that learned of us a moment ago still get an answer.
    if (registration) await Bun.sleep(LAME_DUCK_MS);
    options.endStreams?.();
    for (const end of openStreams(app)) end();
    await Promise.race([server.stop(), Bun.sleep(drainMs)]);
    await options.close?.();
  };
  const stopOnce = () => (stopping ??= stop());
  stopOnSignals(stopOnce, log);
  exitWithParent();
  return { server, stop: stopOnce };
}

/** How long requests are still taken after the registry was told. */
const LAME_DUCK_MS = 200;
const DRAIN_MS = 10_000;
/** Connections that callers keep open must live longer here than they do with them. */
const IDLE_TIMEOUT_SECONDS = 120;

function listen(
  fetch: NonNullable<ServiceOptions['fetch']>,
  { HOST, PORT }: ServiceOptions['config'],
  serverOptions: ServerOptions = {},
): Server<undefined> {
  try {
    return Bun.serve({
      hostname: HOST,
      port: PORT,
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      // Bun's page of errors is for nobody but us. Without it Bun would share the port silently.
      development: false,
      reusePort: false,
      websocket: { message: () => undefined },
      fetch,
      ...serverOptions,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `Cannot listen on ${HOST}:${PORT}: ${reason}. ${adviceOn(error, serverOptions)}\n`,
    );
    process.exit(1);
  }
}

function adviceOn(error: unknown, { tls }: ServerOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'EADDRINUSE') return 'Free the port or choose another with PORT';
  if (tls !== undefined) return 'Correct TLS_CERT_FILE and TLS_KEY_FILE, or HOST and PORT';
  return 'Correct HOST or PORT';
}

type Operations = { app: App; metrics: Metrics; ready: () => Promise<boolean> };

function addOperations({ app, metrics, ready }: Operations): void {
  app.get('/health/live', (c) => c.json({ status: 'UP' }));
  app.get('/health/ready', async (c) =>
    (await ready()) ? c.json({ status: 'UP' }) : c.json({ status: 'OUT_OF_SERVICE' }, 503),
  );
  app.get('/metrics', async (c) =>
    c.text(await metrics.text(), 200, { 'content-type': metrics.registry.contentType }),
  );
}

function stopOnSignals(stop: () => Promise<void>, log: Log): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info('Stopping on {signal}', { signal });
      void stop().then(() => process.exit(0));
    });
  }
}
