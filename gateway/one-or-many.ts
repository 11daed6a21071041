import { z } from 'zod';

/** What is written as a list only where there are several. */
export const oneOrMany = <S extends z.ZodType>(schema: S) =>
  z.union([schema, z.array(schema).min(1)]);

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] => {
  if (value === undefined) return [];
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- isArray loses readonly
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
};
