import * as z from 'zod';

import type { Schema } from './contract.ts';

/**
 * A list in one parameter, its values separated by commas: `?tags=red,blue`; none for the empty
 * list. A value that holds a comma itself cannot be sent.
 */
export function csv<S extends z.ZodType<unknown, string>>(item: S, maxItems = 100) {
  const codec = z.codec(z.string(), z.array(z.string()), {
    decode: (text) => (text === '' ? [] : text.split(',')),
    encode: (values, context) => {
      if (values.some((value) => value.includes(',') || value === ''))
        context.issues.push({
          code: 'custom',
          input: values,
          message: 'A value is empty or has a comma',
        });
      return values.join(',');
    },
  });
  const list = codec.pipe(z.array(item).max(maxItems));
  items.set(list, item);
  return list;
}

/** What a list separated by commas is made of; undefined for any other schema. */
export const csvItem = (schema: Schema): Schema | undefined => items.get(schema);

const items = new WeakMap<Schema, Schema>();
