import type { Schema } from './contract.ts';
import { findWirePart } from './find-part.ts';

/**
 * Where a schema takes what JSON cannot hold, such as `/at: type 'date' …`; undefined where it does
 * not. A codec may make such a value of one that JSON holds.
 */
export function partThatIsNoJson(schema: Schema): string | undefined {
  return findWirePart(schema, ({ type }) =>
    BEYOND_JSON.has(type) ? `type '${type}' does not travel as JSON, use z.codec` : undefined,
  );
}

const BEYOND_JSON = new Set([
  'bigint',
  'date',
  'file',
  'function',
  'map',
  'nan',
  'promise',
  'set',
  'symbol',
]);
