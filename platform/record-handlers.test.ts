import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { recordHandlers } from './record-handlers.ts';
import type { Decide } from './record-store.ts';

type Shelf = { readonly name: string; readonly colour: string; readonly width: number };
type Kept = Shelf & { readonly id: string; readonly version: number };

/** The handlers over one record, which is what `kept` says. */
function handlersOver(kept: Kept, deny = () => Promise.resolve()) {
  const done: string[] = [];
  const decided = <T>(decide: Decide<Kept, T>) => Promise.resolve(decide(kept));
  const handlers = recordHandlers<Shelf, Kept>(
    {
      find: () => Promise.resolve(kept),
      change: (_, decide) => decided((current) => ({ ...current, ...decide(current) })),
      setArchived: (_, __, decide) => decided(decide).then(() => kept),
      remove: (_, decide) => decided(decide).then(() => void done.push('removed')),
      history: () => Promise.resolve({ items: [], next: null }),
    },
    deny,
  );
  return { ...handlers, done };
}

const shelf: fc.Arbitrary<Shelf> = fc.record({
  name: fc.string(),
  colour: fc.string(),
  width: fc.integer(),
});
const partOf = (values: Shelf) =>
  fc.subarray(Object.entries(values)).map((entries): Partial<Shelf> => Object.fromEntries(entries));

test('a patch replaces the fields that it names and no others, and twice is once', async () => {
  await fc.assert(
    fc.asyncProperty(shelf, shelf.chain(partOf), async (before, body) => {
      const sent = { id: 'a', ifMatch: '*', body };
      const after = await handlersOver({ ...before, id: 'a', version: 1 }).patch(sent);
      for (const name of ['name', 'colour', 'width'] as const)
        expect(after[name]).toBe(body[name] ?? before[name]);
      expect(await handlersOver(after).patch(sent)).toEqual(after);
    }),
  );
});

test('a record to which something refers is not removed', async () => {
  const kept = { name: '', colour: '', width: 1, id: 'a', version: 1 };
  const free = handlersOver(kept);
  await free.remove({ id: 'a', ifMatch: '"1"' });
  expect(free.done).toEqual(['removed']);
  const referred = handlersOver(kept, () => Promise.reject(new Error('in use')));
  expect(referred.remove({ id: 'a', ifMatch: '"1"' })).rejects.toThrow('in use');
  expect(referred.done).toEqual([]);
});

test('who refers to a record is not asked for somebody who has not seen its newest state', async () => {
  const kept = { name: '', colour: '', width: 1, id: 'a', version: 2 };
  let asked = false;
  const handlers = handlersOver(kept, async () => void (asked = true));
  expect(handlers.remove({ id: 'a', ifMatch: '"1"' })).rejects.toMatchObject({ status: 412 });
  expect(asked).toBe(false);
});
