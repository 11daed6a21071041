import { type App, unknownPath } from 'platform/app';
import type { Discovery } from 'platform/discovery';
import { implement } from 'platform/implement';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import { ProblemError, problemResponse } from 'platform/problem';
import type { Tracer } from 'platform/tracing';

import { gateway, type RoutesMode, type UpstreamsView } from './contract.ts';
import { addDocs } from './docs.ts';
import type { RouteSource } from './route-source.ts';
import { type ServicesStream, servicesView } from './services-stream.ts';
import type { StaticFiles } from './static-files.ts';

type GatewayAppDeps = {
  readonly mode: RoutesMode;
  readonly source: RouteSource;
  readonly discovery: Discovery;
  readonly stream: ServicesStream;
  readonly upstreams: () => UpstreamsView;
  /** The registry's own page, for people. */
  readonly registryPage: string;
  readonly files: StaticFiles;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing?: Tracer | undefined;
};

/** The gateway's own pages: its state, the documentation and the web app. */
export function createGatewayApp(deps: GatewayAppDeps): App {
  const { mode, source, discovery, stream, upstreams, registryPage, files, log, metrics, tracing } =
    deps;
  const app = implement(
    gateway,
    {
      services: () => servicesView(discovery, mode),
      routes: () => source.view(),
      upstreams,
      watch: (_, { signal }) => stream.read(signal),
    },
    { log, metrics, tracing },
  );
  app.get('/gateway/registry', (c) => c.redirect(registryPage));
  addDocs(app, source);
  app.notFound((c) => fileOrProblem(c.req.raw, c.req.path, c.get('requestId'), files));
  return app;
}

async function fileOrProblem(
  { method, headers }: Request,
  path: string,
  requestId: string,
  files: StaticFiles,
): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') {
    const problem = files.has(path) ? readsOnly(method) : unknownPath(path);
    return problemResponse(problem, requestId);
  }
  const reply =
    (await files.serve(path, headers)) ??
    (wantsPage(path, headers) ? await files.serveIndex(headers) : undefined);
  return reply ?? problemResponse(path === '/' ? notBuilt() : unknownPath(path), requestId);
}

const wantsPage = (path: string, headers: Headers): boolean =>
  !isOwn(path) && (headers.get('accept')?.includes('text/html') ?? false);

/** Below these an unknown path is a mistake, not a page of the web app. */
const isOwn = (path: string): boolean =>
  /^\/(?:api|docs|gateway|health|metrics)(?:\/|$)/.test(path);

function readsOnly(method: string): ProblemError {
  return new ProblemError(405, 'method-not-allowed', 'This method is not offered here', {
    detail: `${method} is not one of GET, HEAD`,
    headers: { allow: 'GET, HEAD' },
  });
}

function notBuilt(): ProblemError {
  return new ProblemError(404, 'not-found', 'The web app is not built', {
    detail: "Run 'bun run start' or build the web app, or set WEB_DIR",
  });
}
