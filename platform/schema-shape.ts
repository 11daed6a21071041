import type { Schema } from './contract.ts';

/** The fields of an object schema; none for any other. */
export function fieldsOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  return (schema && asInner(schema).def.shape) ?? {};
}

/** Whether a schema is one of an object with fields. */
export const isObject = (schema: Schema): boolean => asInner(schema).def.type === 'object';

/** The keys of an object schema; none for any other. */
export const keysOf = (schema: Schema | undefined): string[] => Object.keys(fieldsOf(schema));

/** Whether a value travels as a list, whatever code makes of it. */
export const isList = (schema: Schema): boolean =>
  innermost(schema).some(({ type }) => type === 'array');

/** Whether a value may be left out. */
export const isOptional = (schema: Schema): boolean => asInner(schema).isOptional();

/**
 * The first type on the way in that text cannot have, such as `number`; undefined for what is text,
 * a list of texts, or `extra`.
 */
export function typeThatIsNoText(schema: Schema, extra = ''): string | undefined {
  for (const definition of innermost(schema)) {
    const found = typeBeyondText(definition, extra);
    if (found !== undefined) return found;
  }
  return undefined;
}

function typeBeyondText({ type, element, ...rest }: Definition, extra: string): string | undefined {
  if (element) return isList(element) ? 'array' : typeThatIsNoText(element, extra);
  if (type !== extra && !TEXTUAL.has(type)) return type;
  const values = [...(rest.values ?? []), ...Object.values(rest.entries ?? {})];
  const odd = values.find((value) => typeof value !== 'string');
  return odd === undefined ? undefined : typeof odd;
}

const TEXTUAL = new Set([
  'string',
  'enum',
  'literal',
  'template_literal',
  'any',
  'unknown',
  'custom',
]);

/** The schema that may be left out, or has a default, as what it is when it is there. */
export function unwrapped(schema: Schema): Schema {
  const { innerType } = asInner(schema).def;
  return innerType ? unwrapped(innerType) : schema;
}

/** What zod keeps of a schema, as far as it matters here. */
type Definition = {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly element?: Schema;
  readonly options?: readonly Schema[];
  readonly getter?: () => Schema;
  /** Of literals. */
  readonly values?: readonly unknown[];
  /** Of an enum. */
  readonly entries?: Readonly<Record<string, unknown>>;
};

/** The definitions of what travels: without wrappers, and each option of a union. */
function innermost(schema: Schema): Definition[] {
  const { def } = asInner(schema);
  const inner = def.innerType ?? def.in ?? def.getter?.();
  if (inner) return def.type === 'nullable' ? [NOTHING, ...innermost(inner)] : innermost(inner);
  return def.type === 'union' ? (def.options ?? []).flatMap(innermost) : [def];
}

const NOTHING: Definition = { type: 'null' };

function asInner(schema: Schema) {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return schema as unknown as { readonly def: Definition; readonly isOptional: () => boolean };
}
