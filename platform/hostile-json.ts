import fc from 'fast-check';
import { z } from 'zod';

import { asZod } from './codec.ts';
import type { Schema } from './contract.ts';

/** JSON texts for a schema, most of them good. */
export function jsonFor(schema: Schema): fc.Arbitrary<string> {
  const good = valueFor(z.toJSONSchema(asZod(schema), { io: 'input', unrepresentable: 'any' }), {});
  return fc.oneof(
    { weight: 12, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
  );
}

type Shape = z.core.JSONSchema.JSONSchema;
type Definitions = Readonly<Record<string, Shape>>;
type Part = z.core.JSONSchema._JSONSchema | readonly z.core.JSONSchema._JSONSchema[];

function valueFor(schema: Part, defined: Definitions): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean' || isList(schema)) return fc.jsonValue();
  const definitions = { ...defined, ...schema.$defs };
  return fc.oneof(
    { weight: 24, arbitrary: goodValue(schema, definitions) },
    { weight: 1, arbitrary: hostileValue },
  );
}

function goodValue(schema: Shape, definitions: Definitions): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace('#/$defs/', '')] ?? {};
    return goodValue(target, definitions);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map((option) => goodValue(option, definitions)));
  return valueOfType(schema, definitions);
}

function valueOfType(schema: Shape, definitions: Definitions): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return textFor(schema);
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return arrayFor(schema, definitions);
    case 'object':
      return objectFor(schema, definitions);
    default:
      return fc.jsonValue();
  }
}

function objectFor({ properties = {}, required = [] }: Shape, definitions: Definitions) {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of Object.entries(properties))
    fields[name] = valueFor(field, definitions);
  return fc.record(fields, { requiredKeys: required });
}

function arrayFor({ items, minItems = 0, maxItems = 4 }: Shape, definitions: Definitions) {
  const item = valueFor(items ?? {}, definitions);
  return fc.array(item, {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 4)),
  });
}

function numberFor({ minimum = -1000, maximum = 1000 }: Shape): fc.Arbitrary<number> {
  return fc.integer({
    min: Math.max(minimum, Number.MIN_SAFE_INTEGER),
    max: Math.min(maximum, Number.MAX_SAFE_INTEGER),
  });
}

function textFor({ format, pattern, minLength = 0, maxLength = 30 }: Shape): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date')
    return fc.date({ noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
  const text =
    pattern === undefined
      ? fc.string({ unit: 'grapheme' })
      : fc.stringMatching(new RegExp(pattern));
  return text.map((value) => value.slice(0, maxLength).padEnd(minLength, 'x'));
}

function isList(schema: Part): schema is readonly z.core.JSONSchema._JSONSchema[] {
  return Array.isArray(schema);
}

/** What breaks programs that trust: NUL, halves of characters, patterns, scripts, bidi, length. */
export const hostileText = fc.constantFrom(
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00x',
  '\u202Eabc',
  '%',
  '_%\\',
  "'; drop table customer; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '${7*7}',
  '🧾'.repeat(60),
  'é'.repeat(5000),
  ' ',
  '__proto__',
  'NaN',
  '1e400',
  '99999999999999999999',
);
const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, -1, 0, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[[]]]),
  fc.jsonValue(),
);
