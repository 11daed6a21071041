import type { HonoRequest } from 'hono';

import { bodyReader } from './body-reader.ts';
import { decode } from './codec.ts';
import type { Operation, Schema } from './contract.ts';
import { invalid, ProblemError } from './problem.ts';
import { currentContext } from './request-context.ts';
import { fieldsOf, isList } from './schema-shape.ts';
import { orInvalid, textsReader } from './texts-reader.ts';

/** What makes a repeated request recognisable: its key, and a digest of what it asked for. */
export type Idempotency = { readonly key: string; readonly fingerprint: string };

type Input = Record<string, unknown>;

/**
 * Compiles an operation into a function that decodes a request: parameters side by side, the body
 * under `body`. That function throws the problem that fits: 404 for a malformed path, 422 for other
 * parameters or a body of the wrong shape, 415, 413 and 400 for a body that cannot be read.
 */
export function inputReader(
  { request = {} }: Operation,
  maxBodyBytes: number,
): (request: HonoRequest) => Promise<Input> {
  const { params, query, headers, cookies, body, ifMatch } = request;
  const readBody = body && bodyReader(body, maxBodyBytes);
  const readQuery = query && textsReader(query);
  const readHeaders = headers && headerReader(headers);
  return async (request) => ({
    ...(params && readParams(params, request)),
    ...readQuery?.(request.queries()),
    ...readHeaders?.(request.raw.headers),
    ...(cookies && orInvalid(cookies, cookiesOf(request))),
    ...(readBody && { body: await readBody(request.raw) }),
    ...(ifMatch && { ifMatch: request.header('if-match') }),
  });
}

/** Throws 422 when the key is empty or longer than 255 characters. */
export async function requestIdempotency(
  operation: Operation,
  request: HonoRequest,
  input: Input,
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
  // A person's key gives nobody else what that person got.
  const who = currentContext()?.who;
  const text = JSON.stringify([operation.method, request.path, asked, ...(who ? [who] : [])]);
  const fingerprint = new Bun.CryptoHasher('sha256').update(text).digest('hex');
  return { key, fingerprint };
}

/** A path that cannot name anything names nothing: 404, not 422. */
function readParams(schema: Schema, request: HonoRequest): Input {
  const result = decode(schema, request.param());
  if (result.success) return Object(result.data);
  throw new ProblemError(404, 'not-found', 'There is no such record', {
    detail: `'${request.path}' cannot be the path of one`,
  });
}

/** A list in a header is separated by commas (RFC 9110 §5.6.1). */
function headerReader(schema: Schema): (headers: Headers) => Input {
  const fields = Object.entries(fieldsOf(schema));
  const read = textsReader(schema);
  return (headers) => {
    const texts: Record<string, string[]> = {};
    for (const [name, field] of fields) {
      const value = headers.get(name);
      if (value !== null)
        texts[name] = isList(field) ? value.split(',').map((one) => one.trim()) : [value];
    }
    return read(texts);
  };
}

function cookiesOf(request: HonoRequest): Input {
  return Object.fromEntries(new Bun.CookieMap(request.header('cookie') ?? ''));
}
