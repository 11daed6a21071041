import { z } from 'zod';

import type { Schema } from './contract.ts';
import { findPart } from './find-part.ts';

export type Decoded<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly issues: readonly z.core.$ZodIssue[] };

/** What came over the wire as the value that code works with; never throws for bad data. */
export function decode<O>(schema: Schema<unknown, O>, wire: unknown): Decoded<O> {
  const result = z.safeDecode(asZod(schema), wire);
  if (!result.success) return { success: false, issues: result.error.issues };
  // The structural type and zod's own speak of the same output.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return { success: true, data: result.data as O };
}

/** The value as it goes over the wire: checked, and without whatever the schema does not name. */
export function encode(schema: Schema, value: unknown): unknown {
  return isSymmetric(schema) ? asZod(schema).parse(value) : z.encode(asZod(schema), value);
}

/**
 * Whether a value travels as it is. Such a schema need not be run backwards, which costs zod twice
 * as much as forwards.
 */
function isSymmetric(schema: Schema): boolean {
  const known = symmetric.get(schema);
  if (known !== undefined) return known;
  const found = findPart(schema, ({ type }) => (ASYMMETRIC.has(type) ? type : undefined));
  symmetric.set(schema, found === undefined);
  return found === undefined;
}

const symmetric = new WeakMap<Schema, boolean>();
/** A default is only for what comes in: what goes out without it is a mistake. */
const ASYMMETRIC = new Set(['pipe', 'default', 'prefault', 'transform', 'catch']);

export function asZod(schema: Schema): z.ZodType {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return schema as unknown as z.ZodType;
}
