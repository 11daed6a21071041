import type { HonoRequest } from 'hono';

import { decode } from './codec.ts';
import type { JsonBody, Operation, Schema } from './contract.ts';
import { fieldErrors, invalid, ProblemError } from './problem.ts';

/** What makes a repeated request recognisable: its key, and a digest of what it asked for. */
export type Idempotency = { readonly key: string; readonly fingerprint: string };

/**
 * The decoded input of an operation: parameters side by side, the body under `body`. Throws the
 * problem that fits: 404 for a malformed path, 422 for a query or a body of the wrong shape, 415,
 * 413 and 400 for a body that cannot be read.
 */
export async function readInput(
  operation: Operation,
  request: HonoRequest,
  maxBodyBytes: number,
): Promise<Record<string, unknown>> {
  const { params, query, body, ifMatch } = operation.request ?? {};
  return {
    ...(params ? readParams(params, request) : {}),
    ...(query ? orInvalid(query, queryOf(request)) : {}),
    ...(body ? { body: await readBody(body, request.raw, maxBodyBytes) } : {}),
    ...(ifMatch ? { ifMatch: request.header('if-match') } : {}),
  };
}

/** Throws 422 when the key is empty or longer than 255 characters. */
export async function requestIdempotency(
  operation: Operation,
  request: HonoRequest,
  input: Record<string, unknown>,
): Promise<Idempotency | undefined> {
  const key = request.header('idempotency-key');
  if (!operation.request?.idempotencyKey || key === undefined) return undefined;
  if (!/^[\u0021-\u007e]{1,255}$/.test(key)) {
    invalid([
      {
        pointer: '/Idempotency-Key',
        code: 'invalid_format',
        detail: 'Must be 1 to 255 visible ASCII characters',
      },
    ]);
  }
  const { ifMatch: _, ...asked } = input;
  const text = JSON.stringify([operation.method, request.path, asked]);
  const fingerprint = new Bun.CryptoHasher('sha256').update(text).digest('hex');
  return { key, fingerprint };
}

/** A path that cannot name anything names nothing: 404, not 422. */
function readParams(schema: Schema, request: HonoRequest): object {
  const result = decode(schema, request.param());
  if (result.success) return Object(result.data);
  throw new ProblemError(404, 'not-found', 'There is no such record', {
    detail: `'${request.path}' cannot be the path of one`,
  });
}

function orInvalid(schema: Schema, wire: unknown): object {
  const result = decode(schema, wire);
  return result.success ? Object(result.data) : invalid(fieldErrors(result.issues));
}

/** A name that is given several times becomes an array, which only a list accepts. */
function queryOf(request: HonoRequest): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(request.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}

async function readBody(
  { schema }: JsonBody,
  request: Request,
  maxBytes: number,
): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    throw new ProblemError(415, 'unsupported-media-type', 'The body must be JSON', {
      detail: `Content-Type is '${type}', 'application/json' is expected`,
      headers: { Accept: 'application/json' },
    });
  }
  const result = decode(schema, parseJson(await readBytes(request, maxBytes)));
  return result.success ? result.data : invalid(fieldErrors(result.issues));
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(413, 'body-too-large', 'The body is too large', {
    detail: `At most ${maxBytes} bytes are read`,
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ProblemError(400, 'invalid-json', 'The body is not valid JSON', {
      detail: cause instanceof Error ? cause.message : 'It could not be parsed',
      cause,
    });
  }
}
