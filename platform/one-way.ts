import type { Schema } from './contract.ts';

/**
 * Where a schema works in one direction only, such as `/price: a transform …`; undefined where it
 * works in both. What one side decodes the other must be able to encode: codecs can, `.transform()`,
 * `z.preprocess()`, `.catch()` and `z.coerce` cannot.
 */
export function oneWayPart(schema: Schema | undefined): string | undefined {
  return schema && search(schema, '', new Set());
}

/** What zod keeps of a schema, as far as it matters here. */
type Definition = {
  readonly type: string;
  readonly coerce?: boolean;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly items?: readonly Schema[];
  readonly getter?: () => Schema;
} & { readonly [part in Part]?: Schema };

/** Where a definition holds one other schema, and how a value gets there. */
const PARTS = [
  ['innerType', ''],
  ['in', ''],
  ['out', ''],
  ['left', ''],
  ['right', ''],
  ['element', '/*'],
  ['valueType', '/*'],
  ['rest', '/*'],
] as const;
type Part = (typeof PARTS)[number][0];

/** Most schemas are of these, which hold no other. */
const PLAIN = new Set(['string', 'number', 'boolean', 'bigint', 'enum', 'literal', 'null']);

function search(schema: Schema, path: string, seen: Set<Schema>): string | undefined {
  const definition = definitionOf(schema);
  const reason = reasonOf(definition);
  if (reason !== undefined) return `${path || '/'}: ${reason}`;
  if (PLAIN.has(definition.type) || seen.has(schema)) return undefined;
  seen.add(schema);
  return searchMany(definition, path, seen) ?? searchOne(definition, path, seen);
}

function searchMany(
  { shape, options, items }: Definition,
  path: string,
  seen: Set<Schema>,
): string | undefined {
  for (const key in shape) {
    const part = shape[key];
    const found = part && search(part, `${path}/${key}`, seen);
    if (found !== undefined) return found;
  }
  for (const part of options ?? items ?? []) {
    const found = search(part, path, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchOne(definition: Definition, path: string, seen: Set<Schema>): string | undefined {
  for (const [name, step] of PARTS) {
    const part = definition[name];
    const found = part && search(part, path + step, seen);
    if (found !== undefined) return found;
  }
  return definition.getter && search(definition.getter(), path, seen);
}

function reasonOf({ type, coerce }: Definition): string | undefined {
  if (coerce === true) return 'z.coerce works one way only';
  if (type === 'transform') return 'a transform works one way only, use z.codec';
  if (type === 'catch') return '.catch() works one way only';
  return undefined;
}

function definitionOf(schema: Schema): Definition {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (schema as unknown as { readonly def: Definition }).def;
}
