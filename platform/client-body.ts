import { z } from 'zod';

import { isAsyncIterable, streamOf } from './byte-stream.ts';
import { argumentError, fieldEncoders } from './client-arguments.ts';
import { decode } from './codec.ts';
import type { Body, FormBody, JsonBody, TextBody } from './contract.ts';

/** A body as `fetch` takes it. */
export type EncodedBody = {
  readonly content: string | Uint8Array<ArrayBuffer> | Blob | FormData | ReadableStream<Uint8Array>;
  /** Absent where `fetch` says it itself, as with the boundary of a form. */
  readonly type?: string;
  readonly encoding?: 'gzip';
  /** Whether it can be sent a second time. */
  readonly isReplayable: boolean;
};

/**
 * Compiles a body's declaration into its encoder, which throws a `TypeError` for what breaks the
 * contract. Texts longer than `gzipAbove` characters are packed.
 */
export function bodyEncoder(body: Body, gzipAbove = Infinity): (given: unknown) => EncodedBody {
  const encode = plainEncoder(body);
  return (given) => {
    const encoded = encode(given);
    if (typeof encoded.content !== 'string' || encoded.content.length <= gzipAbove) return encoded;
    return { ...encoded, content: Bun.gzipSync(encoded.content), encoding: 'gzip' };
  };
}

function plainEncoder(body: Body): (given: unknown) => EncodedBody {
  switch (body.kind) {
    case 'json':
      return jsonEncoder(body);
    case 'form':
      return formEncoder(body);
    case 'multipart':
      return multipartEncoder(body);
    case 'text':
      return textEncoder(body);
    default:
      return (given) => ({ ...bytesOf(given), type: body.type });
  }
}

/** A body is given as it goes over the wire; it is checked here, but decoded only there. */
function jsonEncoder({ schema }: JsonBody) {
  return (given: unknown): EncodedBody => {
    const checked = decode(schema, given);
    if (!checked.success) throw argumentError('body', new z.ZodError([...checked.issues]));
    return { content: JSON.stringify(given), type: 'application/json', isReplayable: true };
  };
}

function formEncoder(body: FormBody) {
  const entries = entriesEncoder(body);
  return (given: unknown): EncodedBody => {
    const fields = new URLSearchParams();
    for (const [name, value] of entries(given)) fields.append(name, String(value).toWellFormed());
    const type = 'application/x-www-form-urlencoded';
    return { content: fields.toString(), type, isReplayable: true };
  };
}

function multipartEncoder(body: FormBody) {
  const entries = entriesEncoder(body);
  return (given: unknown): EncodedBody => {
    const content = new FormData();
    for (const [name, value] of entries(given))
      content.append(name, value instanceof Blob ? value : String(value).toWellFormed());
    return { content, isReplayable: true };
  };
}

/** Each field as it travels, a list as one entry for each of its values. */
function entriesEncoder({ schema }: FormBody): (given: unknown) => [string, unknown][] {
  const fields = fieldEncoders(schema, 'body/');
  return (given) => {
    const values = new Map<string, unknown>(Object.entries(given ?? {}));
    return fields.flatMap(({ name, encode }) =>
      encode(values.get(name)).map((value): [string, unknown] => [name, value]),
    );
  };
}

function textEncoder({ type }: TextBody) {
  return (given: unknown): EncodedBody => {
    if (typeof given !== 'string')
      throw new TypeError("Argument 'body' is not valid: it is no text");
    return { content: given, type: `${type}; charset=utf-8`, isReplayable: true };
  };
}

/** What is read while it is sent cannot be sent again. */
function bytesOf(given: unknown): Pick<EncodedBody, 'content' | 'isReplayable'> {
  if (given instanceof Blob) return { content: given, isReplayable: true };
  if (given instanceof Uint8Array) return { content: new Uint8Array(given), isReplayable: true };
  if (!isAsyncIterable(given))
    throw new TypeError("Argument 'body' is not valid: it is neither bytes nor a stream of them");
  return { content: streamOf(checkedChunks(given)), isReplayable: false };
}

async function* checkedChunks(given: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of given) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A chunk of the body is no Uint8Array');
    yield chunk;
  }
}
