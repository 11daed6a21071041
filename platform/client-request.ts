import { z } from 'zod';

import { decode, encode } from './codec.ts';
import { type JsonBody, type Operation, pathParameters, type Schema } from './contract.ts';

/** A call's arguments as they came from the caller. */
export type CallInput = Readonly<Record<string, unknown>>;

/** What every attempt of one call sends. */
export type PreparedRequest = {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Sending it twice does no more than sending it once. */
  readonly isRepeatable: boolean;
};

/**
 * Compiles an operation into a function that encodes a call's arguments. That function throws a
 * `TypeError` for arguments that break the contract: nothing was sent, the caller is wrong.
 */
export function requestEncoder({
  method,
  path,
  request = {},
  isRepeatable,
}: Operation): (input: CallInput) => PreparedRequest {
  const upperMethod = method.toUpperCase();
  const names = pathParameters(path);
  const literals = path.split(/\{\w+\}/);
  const params = fieldsOf(request.params);
  const query = Object.entries(fieldsOf(request.query));

  return (input) => {
    let url = literals[0] ?? '';
    names.forEach((name, index) => {
      url += segment(name, encodeField(params[name], name, input[name])) + literals[index + 1];
    });
    const key = request.idempotencyKey ? idempotencyKey(input) : undefined;
    const headers: Record<string, string> = { accept: ACCEPT };
    if (request.body) headers['content-type'] = 'application/json';
    if (input['ifMatch'] !== undefined) headers['if-match'] = entityTag(input['ifMatch']);
    if (key !== undefined) headers['idempotency-key'] = key;
    return {
      method: upperMethod,
      path: url + queryString(query, input),
      headers,
      body: request.body ? encodeBody(request.body, input['body']) : null,
      // A PUT that must meet a version finds another one when it arrives for the second time.
      isRepeatable:
        isRepeatable ?? (key !== undefined || (REPEATABLE.has(method) && !request.ifMatch)),
    };
  };
}

const ACCEPT = 'application/json, application/problem+json';
const REPEATABLE = new Set(['get', 'put', 'delete']);

type Fields = Readonly<Record<string, Schema>>;

function fieldsOf(schema: Schema | undefined): Fields {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** Field by field, so that what was left out stays out, and a default is the server's to apply. */
function encodeField(schema: Schema | undefined, name: string, value: unknown): unknown {
  if (schema === undefined) return value;
  try {
    return encode(schema, value);
  } catch (error) {
    throw new TypeError(`Argument '${name}' is not valid: ${complaints(error)}`, { cause: error });
  }
}

/**
 * One segment of a path. What would become another path is refused: an empty segment vanishes, and
 * dots are resolved away even when they are encoded.
 */
function segment(name: string, value: unknown): string {
  const text = String(value);
  if (text === '' || text === '.' || text === '..')
    throw new TypeError(`Argument '${name}' cannot stand in a path: '${text}'`);
  return percentEncode(text);
}

/** Half a surrogate pair cannot be encoded; it is replaced, as it is wherever text becomes bytes. */
const percentEncode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A list becomes one pair for each of its values. */
function queryString(fields: readonly (readonly [string, Schema])[], input: CallInput): string {
  let query = '';
  for (const [name, schema] of fields) {
    if (input[name] === undefined) continue;
    const value = encodeField(schema, name, input[name]);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === undefined || one === null) continue;
      query += `${query === '' ? '?' : '&'}${percentEncode(name)}=${percentEncode(String(one))}`;
    }
  }
  return query;
}

/** A body is given as it goes over the wire; it is checked here, but decoded only there. */
function encodeBody({ schema }: JsonBody, body: unknown): string {
  const checked = decode(schema, body);
  if (!checked.success) {
    const error = new z.ZodError([...checked.issues]);
    throw new TypeError(`Argument 'body' is not valid: ${complaints(error)}`, { cause: error });
  }
  return JSON.stringify(body);
}

const entityTag = (version: unknown): string => (version === '*' ? '*' : `"${String(version)}"`);

/** One key for the whole call, so that its attempts count as one. */
function idempotencyKey({ idempotencyKey: given }: CallInput): string {
  return typeof given === 'string' ? given : Bun.randomUUIDv7();
}

const complaints = (error: unknown): string =>
  error instanceof z.core.$ZodError
    ? error.issues
        .map(({ path, message }) => [path.join('/'), message].filter(Boolean).join(' '))
        .join('; ')
    : String(error);
