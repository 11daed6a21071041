import { z } from 'zod';

import { encode } from './codec.ts';
import type { Schema } from './contract.ts';
import { pathParameters } from './operation-parts.ts';
import { fieldsOf, isList, isOptional } from './schema-shape.ts';

/** A call's arguments as they came from the caller. */
export type CallInput = Readonly<Record<string, unknown>>;

/** An argument that breaks the contract: nothing was sent, the caller is wrong. */
export function argumentError(name: string, error: unknown): TypeError {
  return new TypeError(`Argument '${name}' is not valid: ${complaints(error)}`, { cause: error });
}

/** Field by field, so that what was left out stays out, and a default is the server's to apply. */
function encodeField(schema: Schema | undefined, name: string, value: unknown): unknown {
  if (schema === undefined) return value;
  try {
    return encode(schema, value);
  } catch (error) {
    throw argumentError(name, error);
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

/** Compiles a path template into its encoder. */
export function pathEncoder(
  path: string,
  schema: Schema | undefined,
): (input: CallInput) => string {
  const names = pathParameters(path);
  const [first = '', ...literals] = path.split(/\{\w+\}/);
  const fields = fieldsOf(schema);
  return (input) => {
    let url = first;
    names.forEach((name, index) => {
      url += segment(name, encodeField(fields[name], name, input[name])) + literals[index];
    });
    return url;
  };
}

/** Compiles the schema of a query into its encoder; a list becomes one pair for each value. */
export function queryEncoder(schema: Schema | undefined): (input: CallInput) => string {
  const fields = fieldEncoders(schema);
  return (input) => {
    let query = '';
    for (const { name, encode } of fields) {
      for (const one of encode(input[name]))
        query += `${query === '' ? '?' : '&'}${percentEncode(name)}=${percentEncode(String(one))}`;
    }
    return query;
  };
}

/** Compiles the schemas of headers and cookies into a function that adds them. */
export function headerEncoder(headers: Schema | undefined, cookies: Schema | undefined) {
  const headerFields = fieldEncoders(headers);
  const cookieFields = fieldEncoders(cookies);
  return (input: CallInput, to: Record<string, string>): void => {
    for (const { name, encode, isList } of headerFields) {
      const values = encode(input[name]);
      if (values.length === 0) continue;
      to[name] = values.map((value) => headerText(name, value, isList)).join(', ');
    }
    const pairs = cookieFields.flatMap(({ name, encode }) =>
      encode(input[name]).map((one) => `${percentEncode(name)}=${percentEncode(String(one))}`),
    );
    if (pairs.length > 0) to['cookie'] = pairs.join('; ');
  };
}

/**
 * Compiles the fields of a schema into encoders: each gives the values with which its field travels,
 * none for one that was left out.
 */
export function fieldEncoders(schema: Schema | undefined, place = '') {
  return Object.entries(fieldsOf(schema)).map(([name, field]) => {
    const mayBeLeftOut = isOptional(field);
    const encode = (given: unknown): unknown[] => {
      if (given === undefined && mayBeLeftOut) return [];
      const value = encodeField(field, place + name, given);
      if (value === undefined || value === null) return [];
      return Array.isArray(value) ? value : [value];
    };
    return { name, encode, isList: isList(field) };
  });
}

/** One text of a header, as it arrives there too. */
function headerText(name: string, value: unknown, isList: boolean): string {
  const text = String(value);
  const complaint = complaintAboutHeader(text, isList);
  if (complaint === undefined) return text;
  throw new TypeError(`Argument '${name}' cannot stand in a header: ${complaint}`);
}

/** Line breaks would make headers of their own, and other alphabets do not fit (RFC 9110 §5.5). */
function complaintAboutHeader(text: string, isList: boolean): string | undefined {
  if (!/^[\t\u0020-\u007e]*$/.test(text)) return 'it is not plain ASCII';
  if (text !== text.trim()) return 'spaces around it are lost';
  return isList && text.includes(',') ? 'a comma makes two of it' : undefined;
}

const complaints = (error: unknown): string =>
  error instanceof z.core.$ZodError
    ? error.issues
        .map(({ path, message }) => [path.join('/'), message].filter(Boolean).join(' '))
        .join('; ')
    : String(error);
