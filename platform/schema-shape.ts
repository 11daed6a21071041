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
  for (const { type, element } of innermost(schema)) {
    const found =
      type === 'array' && element ? typeThatIsNoText(element, extra) : TEXTUAL.has(type) || type;
    if (typeof found === 'string' && found !== extra) return found;
  }
  return undefined;
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
};

/** The definitions of what travels: without wrappers, and each option of a union. */
function innermost(schema: Schema): Definition[] {
  const { def } = asInner(schema);
  const inner = def.innerType ?? def.in ?? def.getter?.();
  if (inner) return innermost(inner);
  return def.type === 'union' ? (def.options ?? []).flatMap(innermost) : [def];
}

function asInner(schema: Schema) {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return schema as unknown as { readonly def: Definition; readonly isOptional: () => boolean };
}
