import { expect, test } from 'bun:test';

import { z } from 'zod';

import { patchOf } from './patch.ts';

const ShelfInput = z.strictObject({ name: z.string().min(1), colour: z.string().default('white') });
const ShelfPatch = patchOf(ShelfInput);

test('patchOf() leaves out what is left out, defaults included', () => {
  expect(ShelfPatch.parse({})).toEqual({});
  expect(ShelfPatch.parse({ name: 'Top' })).toEqual({ name: 'Top' });
});

test('patchOf() keeps the rules of each field and refuses unknown ones', () => {
  expect(ShelfPatch.safeParse({ name: '' }).success).toBe(false);
  expect(ShelfPatch.safeParse({ size: 1 }).success).toBe(false);
});
