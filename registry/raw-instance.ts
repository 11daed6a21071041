import type { Port } from './instance.ts';

/** A field that is not even of the kind that can be understood; the message names it. */
export class BadFieldError extends Error {
  constructor(field: string, expected: string) {
    super(`Invalid ${field}: expected ${expected}`);
    this.name = 'BadFieldError';
  }
}

export type RawDataCenter = {
  readonly className: string | undefined;
  readonly name: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a registration as it may come, in the shape of Eureka's JSON: each may be missing or
 * null, a number a string, a boolean a string; what is unknown is passed over. Read by hand rather
 * than by a schema: everything in here is an exception, and all of it is paid for at each
 * registration.
 */
export function rawFields(raw: unknown) {
  if (!isFields(raw)) throw new BadFieldError('instance', 'an object');
  return {
    text: (name: string): string | undefined => textOf(raw[name], name),
    /** Java's clients read most counts into 32 bits, and lose their whole registry over a larger one. */
    count: (name: string, most = MOST_INT): number | undefined => countOf(raw[name], name, most),
    port: (name: string, unlessSaid: boolean) => portOf(raw[name], name, unlessSaid),
    metadata: (): Readonly<Record<string, string>> => stringsOf(raw['metadata']),
    leaseCount: (name: string): number | undefined => {
      const lease = raw['leaseInfo'];
      return isFields(lease) ? countOf(lease[name], `leaseInfo.${name}`, MOST_INT) : undefined;
    },
    dataCenter: (): RawDataCenter | undefined => {
      const given = raw['dataCenterInfo'];
      if (!isFields(given)) return undefined;
      return {
        className: textOf(given['@class'], 'dataCenterInfo.@class'),
        name: textOf(given['name'], 'dataCenterInfo.name'),
        metadata: stringsOf(given['metadata']),
      };
    },
  };
}

export type RawFields = ReturnType<typeof rawFields>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for null and for nothing. */
function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new BadFieldError(field, 'a string');
}

const MOST_INT = 2_147_483_647;

/** A whole number from 0 on; undefined for what is none. */
function countOf(value: unknown, field: string, most: number): number | undefined {
  const count = Number(textOf(value, field) ?? Number.NaN);
  return count >= 0 ? Math.min(Math.trunc(count), most) : undefined;
}

/** A port is `{ $, @enabled }` in JSON, `{ #text, @enabled }` in XML, or a bare number. */
function portOf(value: unknown, field: string, unlessSaid: boolean): Port | undefined {
  const port: Fields = isFields(value) ? value : { $: value };
  const text = textOf(port['$'] ?? port['#text'], field);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new BadFieldError(field, 'a port number');
  const said = textOf(port['@enabled'], field);
  return { number, enabled: unlessSaid ? said !== 'false' : said === 'true' };
}

const UNWANTED_KEYS = new Set(['', '@class', '__proto__']);

/** String to string; what is not a scalar is left out, as is the class of Java's empty map. */
function stringsOf(map: unknown): Readonly<Record<string, string>> {
  if (!isFields(map)) return {};
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(map)) {
    const isScalar = typeof value === 'number' || typeof value === 'boolean';
    if (UNWANTED_KEYS.has(key)) continue;
    if (typeof value === 'string' || isScalar) pairs.push([key, String(value)]);
  }
  return Object.fromEntries(pairs);
}
