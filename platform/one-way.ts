import type { Schema } from './contract.ts';

/**
 * Where a schema works in one direction only, such as `/lines/0: a transform …`; undefined where it
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

/** The places where a definition holds one other schema, and how a value gets there. */
const PARTS = {
  innerType: '',
  in: '',
  out: '',
  left: '',
  right: '',
  element: '/*',
  valueType: '/*',
  rest: '/*',
} as const;
type Part = keyof typeof PARTS;

function search(schema: Schema, path: string, seen: Set<Schema>): string | undefined {
  if (seen.has(schema)) return undefined;
  seen.add(schema);
  const definition = definitionOf(schema);
  const reason = reasonOf(definition);
  if (reason !== undefined) return `${path || '/'}: ${reason}`;
  for (const [step, part] of partsOf(definition)) {
    const found = search(part, path + step, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reasonOf({ type, coerce }: Definition): string | undefined {
  if (coerce === true) return 'z.coerce works one way only';
  if (type === 'transform') return 'a transform works one way only, use z.codec';
  if (type === 'catch') return '.catch() works one way only';
  return undefined;
}

function partsOf(definition: Definition): (readonly [step: string, part: Schema])[] {
  const { shape = {}, options = [], items = [], getter } = definition;
  const names: Part[] = Object.keys(PARTS).filter((name): name is Part => name in PARTS);
  return [
    ...Object.entries(shape).map(([key, part]) => [`/${key}`, part] as const),
    ...options.map((part) => ['', part] as const),
    ...items.map((part, index) => [`/${index}`, part] as const),
    ...(getter ? [['', getter()] as const] : []),
    ...names.flatMap((name) => {
      const part = definition[name];
      return part ? [[PARTS[name], part] as const] : [];
    }),
  ];
}

function definitionOf(schema: Schema): Definition {
  // Every schema of a contract is zod's; only the type is kept structural.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (schema as unknown as { readonly def: Definition }).def;
}
