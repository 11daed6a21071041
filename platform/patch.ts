import * as z from 'zod';

/**
 * The schema of a PATCH for records written with `schema`: every field may be left out, and one
 * that is left out stays as it is (zod's own `partial()` would fill in the defaults again).
 */
export function patchOf<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
): z.ZodType<Partial<z.output<z.ZodObject<S>>>, Partial<z.input<z.ZodObject<S>>>> {
  const shape = Object.entries<z.core.$ZodType>(schema.shape).map(([name, field]) => [
    name,
    z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
  ]);
  // Built from a list of fields, the object has lost the names that its type still knows.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return z.strictObject(Object.fromEntries(shape)) as never;
}
