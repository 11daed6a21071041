import type { Schema } from './contract.ts';

type ReasonOf = (definition: Definition) => string | undefined;

/**
 * The first part of a schema for which there is a reason, with its place: `/price: a reason`;
 * undefined where there is none. Whatever the schema is made of is looked at.
 */
export function findPart(schema: Schema, reasonOf: ReasonOf): string | undefined {
  return findIn(schema, '', { reasonOf, seen: new Set(), parts: PARTS });
}

/** The same, but of a codec only what goes over the wire. */
export function findWirePart(schema: Schema, reasonOf: ReasonOf): string | undefined {
  return findIn(schema, '', { reasonOf, seen: new Set(), parts: WIRE_PARTS });
}

type Search = {
  readonly reasonOf: ReasonOf;
  readonly seen: Set<Schema>;
  readonly parts: typeof PARTS | typeof WIRE_PARTS;
};

/** What zod keeps of a schema, as far as it matters here. */
export type Definition = {
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
  ['catchall', '/*'],
  ['keyType', '/*'],
] as const;
type Part = (typeof PARTS)[number][0];
const WIRE_PARTS = PARTS.filter(([name]) => name !== 'out');

/** Most schemas are of these, which hold no other. */
const PLAIN = new Set(['string', 'number', 'boolean', 'bigint', 'enum', 'literal', 'null']);

function findIn(schema: Schema, path: string, search: Search): string | undefined {
  const definition = definitionOf(schema);
  const reason = search.reasonOf(definition);
  if (reason !== undefined) return `${path || '/'}: ${reason}`;
  if (PLAIN.has(definition.type) || search.seen.has(schema)) return undefined;
  search.seen.add(schema);
  return findInMany(definition, path, search) ?? findInOne(definition, path, search);
}

function findInMany(
  { shape, options, items }: Definition,
  path: string,
  search: Search,
): string | undefined {
  for (const key in shape) {
    const part = shape[key];
    const found = part && findIn(part, `${path}/${key}`, search);
    if (found !== undefined) return found;
  }
  for (const part of options ?? items ?? []) {
    const found = findIn(part, path, search);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInOne(definition: Definition, path: string, search: Search): string | undefined {
  for (const [name, step] of search.parts) {
    const part = definition[name];
    const found = part && findIn(part, path + step, search);
    if (found !== undefined) return found;
  }
  return definition.getter && findIn(definition.getter(), path, search);
}

function definitionOf(schema: Schema): Definition {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (schema as unknown as { readonly def: Definition }).def;
}
