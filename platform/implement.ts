import type { HonoRequest } from 'hono';

import { acceptCheck } from './acceptable.ts';
import { type App, createApp } from './app.ts';
import { encode } from './codec.ts';
import type { Contract, Operation, Operations } from './contract.ts';
import { type Log, silentLog } from './log.ts';
import type { Metrics } from './metrics.ts';
import { openStreams } from './open-streams.ts';
import type { Input, Result } from './operation-types.ts';
import { ProblemError } from './problem.ts';
import { isReplay, REPLAYED } from './replayed.ts';
import { replyWriter, type WriterDeps } from './reply-writer.ts';
import { currentContext } from './request-context.ts';
import { type Idempotency, inputReader, requestIdempotency } from './request-reader.ts';
import type { Tracer } from './tracing.ts';

export type HandlerContext = {
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  /** `performance.now()` at which the caller stops waiting, where it said so. */
  readonly deadlineMs?: number;
  readonly requestId: string;
  /** The person for whom it is done, as far as that is known, and the program that asks. */
  readonly caller: { readonly who: string | null; readonly userAgent: string | null };
  /** Present when the caller sent an `Idempotency-Key`. */
  readonly idempotency?: Idempotency;
};

/**
 * One function per operation: from the decoded input to the data of the lowest successful reply, or
 * to `reply(status, data)` for another one. Bytes and events may come as they are made.
 */
export type Handlers<O extends Operations> = {
  readonly [K in keyof O]: (
    input: Input<O[K]>,
    context: HandlerContext,
  ) => Result<O[K]> | Promise<Result<O[K]>>;
};

export type ImplementOptions = {
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Undefined when no spans are wanted. */
  readonly tracing?: Tracer | undefined;
  /** The largest request body that is read, in bytes; a larger one gets 413. */
  readonly maxBodyBytes?: number;
};

/**
 * The contract as a running app: validates what comes in, encodes what goes out so that nothing
 * undeclared leaks, answers every failure with a problem, and prints `GET /openapi.json`.
 */
export function implement<O extends Operations>(
  contract: Contract<O>,
  handlers: NoInfer<Handlers<O>>,
  { log = silentLog, metrics, tracing, maxBodyBytes = 1_048_576 }: ImplementOptions = {},
): App {
  const app = createApp({ log, metrics, tracing });
  const deps = { log, streams: openStreams(app), maxBodyBytes };
  for (const [name, operation] of Object.entries(contract.operations)) {
    // A handler's type follows from its operation's; a loop over all of them cannot say so.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    const handler = handlers[name] as unknown as AnyHandler;
    let serve: ReturnType<typeof operationServer> | undefined;
    const honoPath = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method.toUpperCase(), honoPath, async (c) => {
      c.set('operation', name);
      c.set('route', operation.path);
      // Made for the first request, so that a start costs little.
      serve ??= operationServer(operation, handler, deps);
      return await serve(c.req, c.get('requestId'));
    });
  }
  // Printing needs all of zod's JSON schemas, which a service that nobody asks should not carry.
  app.get('/openapi.json', async (c) => {
    const { printOpenApi } = await import('./openapi.ts');
    return c.json(printOpenApi(contract));
  });
  return app;
}

type AnyHandler = (input: unknown, context: HandlerContext) => unknown;

/** Compiles an operation and its handler into a function of the request. */
function operationServer(
  operation: Operation,
  handle: AnyHandler,
  { maxBodyBytes, ...deps }: WriterDeps & { readonly maxBodyBytes: number },
) {
  const assertAcceptable = acceptCheck(operation);
  const readInput = inputReader(operation, maxBodyBytes);
  const write = replyWriter(operation, deps);

  return async (request: HonoRequest, requestId: string): Promise<Response> => {
    assertAcceptable(request.header('accept'));
    const input = await readInput(request);
    const idempotency = await requestIdempotency(operation, request, input);
    const context = { ...contextOf(request, requestId), ...(idempotency && { idempotency }) };
    try {
      const result = await handle(input, context);
      const response = await write({ result, input, isHead: request.raw.method === 'HEAD' });
      if (idempotency && isReplay(idempotency)) response.headers.set(REPLAYED, 'true');
      return response;
    } catch (error) {
      throw error instanceof ProblemError ? withEncodedCurrent(operation, error) : error;
    }
  };
}

function contextOf({ raw }: HonoRequest, requestId: string): HandlerContext {
  const { deadlineMs, who = null } = currentContext() ?? {};
  return {
    signal: raw.signal,
    requestId,
    caller: { who, userAgent: raw.headers.get('user-agent') },
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
}

/** What rides along with a problem leaves only through the schema that the contract declares. */
function withEncodedCurrent(operation: Operation, error: ProblemError): ProblemError {
  if (error.options.current === undefined) return error;
  const reply = operation.responses[error.status];
  const schema = reply?.kind === 'problem' ? reply.current : undefined;
  const { current, ...options } = error.options;
  return new ProblemError(error.status, error.type, error.message, {
    ...options,
    ...(schema ? { current: encode(schema, current) } : {}),
  });
}
