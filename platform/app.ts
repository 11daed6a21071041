import { type Context, Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';

import { asProblem } from './app-problem.ts';
import { beginServerSpan, endServerSpan } from './http-spans.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { contextOf, withContext } from './request-context.ts';
import type { Tracer } from './tracing.ts';

export type AppEnv = { Variables: { requestId: string; operation?: string; route?: string } };
export type App = Hono<AppEnv>;

type AppDeps = {
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  /** Undefined when no spans are wanted. */
  readonly tracing?: Tracer | undefined;
};

/**
 * A Hono app with the manners that every process has: request id and trace context, an access log
 * line and a span per request, problems for unknown paths (404), methods (405 with `Allow`) and all
 * errors.
 */
export function createApp({ log, metrics, tracing }: AppDeps): App {
  const app: App = new Hono<AppEnv>();
  app.use(async (c, next) => {
    const span = tracing && !QUIET.test(c.req.path) && beginServerSpan(tracing, c.req.raw);
    const context = contextOf(c.req.raw, span || undefined);
    c.set('requestId', context.requestId);
    await withContext(context, async () => {
      const startedMs = performance.now();
      await next();
      c.res.headers.set('x-request-id', context.requestId);
      const durationMs = performance.now() - startedMs;
      const { method, path } = c.req;
      const operation = c.get('operation') ?? 'other';
      metrics?.requests.observe(operation, method, c.res.status, durationMs / 1000);
      log[QUIET.test(path) ? 'debug' : 'info']('{method} {path} {status}', {
        method,
        path,
        status: c.res.status,
        durationMs: Math.round(durationMs * 10) / 10,
        operation,
      });
      if (span) endServerSpan(span, { method, status: c.res.status, route: c.get('route') });
    });
  });
  const offered = {
    app,
    onMethodNotAllowed: (c: Context<AppEnv>, methods: string[]) =>
      notAllowed(c.req.method, methods, c.get('requestId')),
  };
  // It takes an app of any kind; comparing ours with that costs the type checker 140,000 steps.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  app.use(methodNotAllowed<AppEnv>(offered as never));
  app.notFound((c) => problemResponse(unknownPath(c.req.path), c.get('requestId')));
  app.onError((error, c) => problemResponse(asProblem(error, log), c.get('requestId')));
  return app;
}

/** Asked every few seconds by machines; nobody reads a line or looks at a span of each. */
const QUIET = /^\/(health|metrics)/;

export function unknownPath(path: string): ProblemError {
  return new ProblemError(404, 'not-found', 'There is nothing at this path', {
    detail: `No operation has the path '${path}'`,
  });
}

function notAllowed(method: string, methods: readonly string[], requestId: string): Response {
  const allow = methods.toSorted().join(', ');
  return problemResponse(
    new ProblemError(405, 'method-not-allowed', 'This method is not offered here', {
      detail: `${method} is not one of ${allow}`,
      headers: { Allow: allow },
    }),
    requestId,
  );
}
