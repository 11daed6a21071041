import { z } from 'zod';

import { asZod } from './codec.ts';
import type { Schema } from './contract.ts';

/** As far as anybody looks into it. */
export type JsonSchema = {
  readonly description?: string;
  readonly contentMediaType?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

/** Prints schemas as what travels, JSON Schema 2020-12, which is what OpenAPI 3.1 uses. */
export type SchemaPrinter = {
  /** A schema with an id is printed once, under its name, and referred to. */
  readonly print: (schema: Schema) => JsonSchema;
  readonly named: () => Record<string, JsonSchema>;
};

export function createSchemaPrinter(): SchemaPrinter {
  const named: Record<string, JsonSchema> = {};
  return {
    print(schema) {
      // Within a list, a schema that has a name is referred to.
      const { items, $defs = {} } = printed(z.array(asZod(schema)));
      for (const [name, { id: _, ...definition }] of Object.entries($defs))
        named[name] = definition;
      return items;
    },
    named: () => named,
  };
}

type PrintedList = {
  readonly items: JsonSchema;
  readonly $defs?: Readonly<Record<string, JsonSchema & { readonly id?: string }>>;
};

function printed(list: unknown): PrintedList {
  const document = toJsonSchema(list, {
    // What travels is what a codec decodes, in both directions.
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // A default is told as the schema's own words have it, since zod's is the decoded one.
      const { default: fallback } = z.globalRegistry.get(zodSchema) ?? {};
      if (fallback !== undefined) jsonSchema.default = fallback;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  // zod writes its references last, for schemas that lie within the same document.
  const text = JSON.stringify(document).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text);
}

type Printing = {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: { maximum?: number; minimum?: number; default?: unknown };
};

// Comparing zod's types of JSON schemas with others costs the type checker 70,000 steps.
// eslint-disable-next-line typescript/no-unsafe-type-assertion
const toJsonSchema = z.toJSONSchema as unknown as (
  schema: unknown,
  params: {
    readonly io: 'input';
    readonly unrepresentable: 'any';
    readonly override: (printing: Printing) => void;
  },
) => PrintedList;
