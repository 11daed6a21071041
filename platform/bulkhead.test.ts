import { expect, test } from 'bun:test';

import { BulkheadFullError, createBulkhead } from './bulkhead.ts';

const NEVER_MS = 2 ** 30;

test('who finds no place waits in turn, and who finds the queue full is turned away', async () => {
  const bulkhead = createBulkhead({ concurrent: 1, waiting: 2 });
  const order: string[] = [];
  expect(bulkhead.tryEnter()).toBe(true);
  const waiting = ['a', 'b'].map(async (name) => {
    await bulkhead.enter(NEVER_MS);
    order.push(name);
  });
  expect(bulkhead.enter(NEVER_MS)).rejects.toBeInstanceOf(BulkheadFullError);
  expect(bulkhead.view()).toMatchObject({ running: 1, queued: 2 });
  bulkhead.leave();
  await waiting[0];
  expect(order).toEqual(['a']);
  bulkhead.leave();
  await Promise.all(waiting);
  expect(order).toEqual(['a', 'b']);
  bulkhead.leave();
  expect(bulkhead.view()).toMatchObject({ running: 0, queued: 0 });
});

test('who waits too long, or leaves, gives up its turn and no place is lost', async () => {
  const bulkhead = createBulkhead({ concurrent: 1, waiting: 2 });
  bulkhead.tryEnter();
  const leaving = new AbortController();
  const left = bulkhead.enter(NEVER_MS, leaving.signal);
  const late = bulkhead.enter(1);
  leaving.abort();
  expect(left).rejects.toBeInstanceOf(BulkheadFullError);
  expect(late).rejects.toBeInstanceOf(BulkheadFullError);
  await Promise.allSettled([left, late]);
  bulkhead.leave();
  expect(bulkhead.view()).toMatchObject({ running: 0, queued: 0 });
  expect(bulkhead.tryEnter()).toBe(true);
  expect(bulkhead.enter(NEVER_MS, leaving.signal)).rejects.toBeInstanceOf(BulkheadFullError);
});

test('work that fails gives its place back', async () => {
  const bulkhead = createBulkhead({ concurrent: 1, waiting: 0 });
  const failing = bulkhead.run(() => Promise.reject(new Error('no')), NEVER_MS);
  expect(failing).rejects.toThrow('no');
  await failing.catch(() => undefined);
  expect(await bulkhead.run(() => Promise.resolve('done'), NEVER_MS)).toBe('done');
});

test('a bulkhead that grows lets in who waits', async () => {
  const bulkhead = createBulkhead({ concurrent: 1, waiting: 1 });
  bulkhead.tryEnter();
  const waiting = bulkhead.enter(NEVER_MS);
  bulkhead.resize({ concurrent: 2, waiting: 1 });
  await waiting;
  expect(bulkhead.view()).toMatchObject({ running: 2, queued: 0 });
});
