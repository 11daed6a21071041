import { decode } from './codec.ts';
import type { Schema } from './contract.ts';
import { fieldErrors, invalid } from './problem.ts';
import { fieldsOf, isList, isOptional } from './schema-shape.ts';

type Fields = Record<string, unknown>;

/**
 * Compiles an object schema into a reader of names with texts. A name that is given several times
 * becomes an array, which only a list accepts; a list that is not there is empty, unless it may be
 * left out.
 */
export function textsReader(schema: Schema): (texts: Record<string, unknown[]>) => Fields {
  const lists = Object.entries(fieldsOf(schema)).filter(([, field]) => isList(field));
  const names = new Set(lists.map(([name]) => name));
  const needed = lists.filter(([, field]) => !isOptional(field)).map(([name]) => name);
  return (texts) => {
    const wire: Fields = Object.create(null);
    for (const name of needed) wire[name] = [];
    for (const [name, values] of Object.entries(texts))
      wire[name] = values.length === 1 && !names.has(name) ? values[0] : values;
    return orInvalid(schema, wire);
  };
}

/** The decoded fields; throws 422 with one entry per field that is wrong. */
export function orInvalid(schema: Schema, wire: unknown): Fields {
  const result = decode(schema, wire);
  return result.success ? Object(result.data) : invalid(fieldErrors(result.issues));
}
