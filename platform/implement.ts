import { type App, createApp } from './app.ts';
import { encode } from './codec.ts';
import {
  type Contract,
  type JsonReply,
  type Operation,
  type Operations,
  successStatuses,
} from './contract.ts';
import { type Log, silentLog } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Input, Success } from './operation-types.ts';
import { etagOf, ProblemError } from './problem.ts';
import { type Idempotency, readInput, requestIdempotency } from './request-reader.ts';
import type { Tracer } from './tracing.ts';

export type HandlerContext = {
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Present when the caller sent an `Idempotency-Key`. */
  readonly idempotency?: Idempotency;
};

/** One function per operation: from the decoded input to the data of the successful reply. */
export type Handlers<O extends Operations> = {
  readonly [K in keyof O]: (
    input: Input<O[K]>,
    context: HandlerContext,
  ) => Success<O[K]> | Promise<Success<O[K]>>;
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
  handlers: Handlers<O>,
  { log = silentLog, metrics, tracing, maxBodyBytes = 1_048_576 }: ImplementOptions = {},
): App {
  const app = createApp({ log, metrics, tracing });
  for (const [name, operation] of Object.entries(contract.operations)) {
    // A handler's type follows from its operation's; a loop over all of them cannot say so.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    const handler = handlers[name] as unknown as AnyHandler;
    const honoPath = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method.toUpperCase(), honoPath, async (c) => {
      c.set('operation', name);
      c.set('route', operation.path);
      const input = await readInput(operation, c.req, maxBodyBytes);
      const idempotency = await requestIdempotency(operation, c.req, input);
      return await answer(operation, () =>
        handler(input, {
          signal: c.req.raw.signal,
          requestId: c.get('requestId'),
          ...(idempotency ? { idempotency } : {}),
        }),
      );
    });
  }
  // Printing needs the whole of zod-openapi, which a service that nobody asks should not carry.
  app.get('/openapi.json', async (c) => {
    const { printOpenApi } = await import('./openapi.ts');
    return c.json(printOpenApi(contract));
  });
  return app;
}

type AnyHandler = (input: unknown, context: HandlerContext) => unknown;

async function answer(operation: Operation, handle: () => unknown): Promise<Response> {
  try {
    const data = await handle();
    const [status = 200] = successStatuses(operation);
    const reply = operation.responses[status];
    if (reply?.kind !== 'json') return new Response(null, { status });
    return jsonResponse(reply, status, data);
  } catch (error) {
    throw error instanceof ProblemError ? withEncodedCurrent(operation, error) : error;
  }
}

function jsonResponse(reply: JsonReply, status: number, data: unknown): Response {
  const body = encode(reply.schema, data);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (reply.etag && isRecord(body)) headers['etag'] = etagOf(body);
  if (reply.location !== undefined) headers['location'] = expand(reply.location, body);
  return new Response(JSON.stringify(body), { status, headers });
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

function isRecord(body: unknown): body is { version: number } {
  return typeof body === 'object' && body !== null && 'version' in body;
}

function expand(template: string, body: unknown): string {
  const fields = new Map(Object.entries(body ?? {}));
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(fields.get(name))),
  );
}
