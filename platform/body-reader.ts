import { assertLength, limited, readBytes, unreadable } from './body-bytes.ts';
import { streamOf } from './byte-stream.ts';
import { decode } from './codec.ts';
import type { Body, BytesBody, FormBody, JsonBody } from './contract.ts';
import { fieldErrors, invalid, ProblemError } from './problem.ts';
import { textsReader } from './texts-reader.ts';

type ReadBody = (request: Request) => unknown;

/**
 * Compiles a body's declaration into its reader, which throws 415 for another media type, 413 past
 * the limit, 400 for what cannot be parsed, and 422 for what has the wrong shape.
 */
export function bodyReader(body: Body, maxBytes: number): ReadBody {
  switch (body.kind) {
    case 'json':
      return jsonReader(body, maxBytes);
    case 'form':
      return formReader(body, maxBytes);
    case 'multipart':
      return multipartReader(body, maxBytes);
    case 'text':
      return textReader(body.type, maxBytes);
    default:
      return bytesReader(body, body.maxBytes ?? maxBytes);
  }
}

function jsonReader({ schema }: JsonBody, maxBytes: number): ReadBody {
  return async (request) => {
    assertType(request, 'application/json', /^application\/([\w.+-]+\+)?json$/);
    const text = utf8(await readBytes(request, maxBytes), 'invalid-json', 'JSON');
    const result = decode(schema, parsed(text));
    return result.success ? result.data : invalid(fieldErrors(result.issues));
  };
}

function formReader({ schema }: FormBody, maxBytes: number): ReadBody {
  const read = textsReader(schema);
  return async (request) => {
    assertType(request, 'application/x-www-form-urlencoded');
    const fields = new URLSearchParams(
      utf8(await readBytes(request, maxBytes), 'invalid-form', 'a form'),
    );
    return read(grouped(fields));
  };
}

function multipartReader({ schema }: FormBody, maxBytes: number): ReadBody {
  const read = textsReader(schema);
  return async (request) => {
    const type = assertType(request, 'multipart/form-data');
    const bytes = await readBytes(request, maxBytes);
    let fields: Iterable<[string, unknown]>;
    try {
      fields = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    } catch (cause) {
      throw unreadable('invalid-form', 'a form', cause);
    }
    return read(grouped(fields));
  };
}

function textReader(type: string, maxBytes: number): ReadBody {
  return async (request) => {
    assertType(request, type);
    return utf8(await readBytes(request, maxBytes), 'invalid-text', 'text');
  };
}

/** The handler reads while the caller sends; past the limit its reading throws the 413. */
function bytesReader({ type }: BytesBody, maxBytes: number): ReadBody {
  return (request) => {
    assertType(request, type);
    assertLength(request, maxBytes);
    return streamOf(limited(request, maxBytes));
  };
}

/** Gives the whole header for a body of the type, throws 415 for any other. */
function assertType(request: Request, expected: string, pattern?: RegExp): string {
  const type = request.headers.get('content-type') ?? '';
  const [mediaType = '', ...parameters] = type.toLowerCase().split(';');
  const isExpected = pattern ? pattern.test(mediaType.trim()) : mediaType.trim() === expected;
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='));
  if (isExpected && (!charset || /^\s*charset="?utf-?8"?\s*$/.test(charset))) return type;
  const what = expected === 'application/json' ? 'JSON' : expected;
  throw new ProblemError(415, 'unsupported-media-type', `The body must be ${what}`, {
    detail: `Content-Type is '${type}', '${expected}' is expected`,
    headers: { Accept: expected },
  });
}

function utf8(bytes: Uint8Array, type: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(type, what, cause);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable('invalid-json', 'JSON', cause);
  }
}

/** Every name with all its values. */
function grouped(fields: Iterable<[string, unknown]>): Record<string, unknown[]> {
  const texts: Record<string, unknown[]> = Object.create(null);
  for (const [name, value] of fields) (texts[name] ??= []).push(value);
  return texts;
}
