import type { Schema } from './contract.ts';
import { type Definition, findPart } from './find-part.ts';

/**
 * Where a schema works in one direction only, such as `/price: a transform …`; undefined where it
 * works in both. What one side decodes the other must be able to encode: codecs can, `.transform()`,
 * `z.preprocess()`, `.catch()` and `z.coerce` cannot.
 */
export function oneWayPart(schema: Schema | undefined): string | undefined {
  return schema && findPart(schema, reasonOf);
}

function reasonOf({ type, coerce }: Definition): string | undefined {
  if (coerce === true) return 'z.coerce works one way only';
  if (type === 'transform') return 'a transform works one way only, use z.codec';
  if (type === 'catch') return '.catch() works one way only';
  return undefined;
}
