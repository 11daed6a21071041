import type { Operation, Schema } from './contract.ts';
import { pathParameters } from './operation-parts.ts';
import {
  fieldsOf,
  isList,
  isObject,
  isOptional,
  keysOf,
  typeThatIsNoText,
} from './schema-shape.ts';

/** What is wrong with an operation's parameters and form fields; undefined when nothing is. */
export function complaintAboutParameters({ path, request = {} }: Operation): string | undefined {
  const { params, headers, body } = request;
  const places = placesOf(request);
  const complaint =
    complaintAboutPathNames(path, keysOf(params)) ??
    complaintAboutNames(places) ??
    complaintAboutHeaderNames(keysOf(headers));
  if (complaint !== undefined) return complaint;
  if (body?.kind === 'form' || body?.kind === 'multipart') places.push([body.kind, body.schema]);
  return firstOf(places, ([place, schema]) => complaintAboutTexts(place, schema));
}

function placesOf({ params, query, headers, cookies }: NonNullable<Operation['request']>): Place[] {
  const places: Place[] = [];
  if (params) places.push(['path', params]);
  if (query) places.push(['query', query]);
  if (headers) places.push(['headers', headers]);
  if (cookies) places.push(['cookies', cookies]);
  return places;
}

/** Where parameters or fields stand, and what they are. */
type Place = readonly [place: string, schema: Schema];

function complaintAboutPathNames(path: string, inParams: readonly string[]): string | undefined {
  const inPath = pathParameters(path);
  const missing = inPath.find((name) => !inParams.includes(name));
  if (missing !== undefined) return `path parameter '${missing}' has no schema in params`;
  const surplus = inParams.find((name) => !inPath.includes(name));
  return surplus && `parameter '${surplus}' is not in path '${path}'`;
}

/** A caller gives all parameters side by side, so that one name means one of them. */
function complaintAboutNames(places: readonly Place[]): string | undefined {
  const placeOf = new Map<string, string>();
  for (const [place, schema] of places) {
    for (const name of keysOf(schema)) {
      if (RESERVED.has(name)) return `parameter '${name}' has a reserved name`;
      const other = placeOf.get(name);
      if (other !== undefined) return `parameter '${name}' stands in both ${other} and ${place}`;
      placeOf.set(name, place);
    }
  }
  return undefined;
}

const RESERVED = new Set(['body', 'ifMatch', 'idempotencyKey']);

function complaintAboutHeaderNames(names: readonly string[]): string | undefined {
  const odd = names.find((name) => !/^[a-z0-9-]+$/.test(name));
  if (odd !== undefined) return `header '${odd}' is not written in lower case`;
  const own = names.find((name) => OWN_HEADERS.has(name));
  return own && `header '${own}' is not for a contract to say`;
}

/** What follows from other parts of a contract, belongs to the connection, or travels by itself. */
const OWN_HEADERS = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'idempotency-key',
  'if-match',
  'traceparent',
  'transfer-encoding',
  'x-request-id',
  'x-request-timeout-ms',
]);

function complaintAboutTexts(place: string, schema: Schema): string | undefined {
  if (!isObject(schema)) return `${place} is not a z.object`;
  return firstOf(Object.entries(fieldsOf(schema)), ([name, field]) => {
    const type = typeThatIsNoText(field, place === 'multipart' ? 'file' : '');
    if (type !== undefined)
      return `${place} /${name}: type '${type}' does not travel as text, use z.codec`;
    if (isList(field) && SINGLE.has(place))
      return `${place} /${name}: it holds one value, use csv for a list`;
    return place === 'path' && isOptional(field)
      ? `path /${name}: a part of a path cannot be left out`
      : undefined;
  });
}

/** Places where a name stands once. */
const SINGLE = new Set(['path', 'cookies']);

function firstOf<T>(list: readonly T[], complain: (one: T) => string | undefined) {
  for (const one of list) {
    const complaint = complain(one);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
