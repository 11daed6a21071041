import * as z from 'zod';

import type { Schema } from './contract.ts';
import { text } from './fields.ts';

export type SortKey<F extends string = string> = {
  readonly field: F;
  readonly descending: boolean;
};

/** The largest page that a list gives. */
export const MAX_PAGE_SIZE = 100;

/**
 * The query of every list: `?q=&sort=name,-createdAt&page=0&size=20`. Only the fields named may be
 * sorted by.
 */
export function listQuery<const F extends readonly [string, ...string[]]>(sortFields: F) {
  return z.object({
    q: text(200).default(''),
    sort: sortCodec<F[number]>(sortFields).default([]).meta({ default: '' }),
    page: wholeNumber(0, 1_000_000, 0),
    size: wholeNumber(1, MAX_PAGE_SIZE, 20),
  });
}

/** The query of a ledger or a trail: `?cursor=&size=20`, the cursor being the `next` of a page. */
export function cursorQuery() {
  const cursor = z.string().regex(/^\d{1,18}$/, 'Must be the `next` of a page');
  return z.object({ cursor: cursor.optional(), size: wholeNumber(1, MAX_PAGE_SIZE, 20) });
}

/** Part of a ledger or a trail; `next` is the cursor of what follows, null at the end. */
export function cursorPageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export type CursorPage<T> = { items: T[]; next: string | null };

/** A yes or no in a query, `?archived=true`. */
export function flag(fallback: boolean) {
  const words = z.enum(['true', 'false']);
  return z
    .codec(words, z.boolean(), {
      decode: (word) => word === 'true',
      encode: (value) => (value ? 'true' : 'false'),
    })
    .default(fallback)
    .meta({ type: 'boolean', enum: undefined, default: fallback });
}

/** Ids in a query, separated by commas: `?ids=…,…`, at most a page of them; none for all records. */
export function idList() {
  const grammar = z
    .string()
    .regex(
      new RegExp(`^(${UUID}(,${UUID}){0,${MAX_PAGE_SIZE - 1}})?$`),
      `Must be at most ${MAX_PAGE_SIZE} ids, separated by commas`,
    );
  return z
    .codec(grammar, z.array(z.string()), {
      decode: (value) => value.split(',').filter(Boolean),
      encode: (ids) => ids.join(','),
    })
    .default([])
    .meta({ default: '' });
}

const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** `total` counts to 10,000; beyond that `totalIsExact` is false and it means "at least". */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    items: z.array(item),
    page: z.int(),
    size: z.int(),
    total: z.int(),
    totalIsExact: z.boolean(),
  });
}

export type Page<T> = {
  items: T[];
  page: number;
  size: number;
  total: number;
  totalIsExact: boolean;
};
export type PageSchema<T = unknown> = Schema<unknown, Page<T>>;

/** A number in a query: text on the wire, which OpenAPI describes as the number that it stands for. */
function wholeNumber(minimum: number, maximum: number, fallback: number) {
  const digits = z.string().regex(/^\d{1,7}$/, 'Must be a whole number');
  return z
    .codec(digits, z.int().min(minimum).max(maximum), { decode: Number, encode: String })
    .default(fallback)
    .meta({ type: 'integer', minimum, maximum, default: fallback, pattern: undefined });
}

function sortCodec<F extends string>(fields: readonly string[]) {
  const key = `-?(${fields.join('|')})`;
  const grammar = z
    .string()
    .regex(
      new RegExp(`^(${key}(,${key})*)?$`),
      `Must be a list of ${fields.join(', ')}, each with or without '-'`,
    );
  return z.codec(grammar, z.array(z.custom<SortKey<F>>()), {
    decode: (value) =>
      value
        .split(',')
        .filter(Boolean)
        .map((part) => parseKey<F>(part)),
    encode: (keys) =>
      keys.map(({ field, descending }) => (descending ? `-${field}` : field)).join(','),
  });
}

function parseKey<F extends string>(part: string): SortKey<F> {
  const descending = part.startsWith('-');
  // The grammar has let only the known fields through.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return { field: (descending ? part.slice(1) : part) as F, descending };
}
