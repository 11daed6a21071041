import { expect, test } from 'bun:test';

import { createInstanceTable } from './instance-table.ts';
import type { WatchedInstance } from './registry-watch.ts';

const instance = (id: string, status: WatchedInstance['status'] = 'UP'): WatchedInstance => ({
  id,
  service: 'thing-service',
  url: `http://${id}`,
  status,
  metadata: {},
});

function tableAt() {
  const clock = { nowMs: 0 };
  const table = createInstanceTable({ graceMs: 100, now: () => clock.nowMs });
  const ids = () => table.instances('Thing-Service').map(({ id }) => id);
  return { clock, table, ids };
}

test('only instances that are up are given, until their status changes', () => {
  const { table, ids } = tableAt();
  table.replaceAll([instance('a'), instance('b', 'STARTING'), instance('c', 'OUT_OF_SERVICE')]);
  expect(ids()).toEqual(['a']);
  table.apply([
    { action: 'MODIFIED', instance: instance('b') },
    { action: 'MODIFIED', instance: instance('a', 'DOWN') },
  ]);
  expect(ids()).toEqual(['b']);
  expect(table.all()).toHaveLength(3);
});

test('a removal of somebody unknown changes nothing and tells nobody', () => {
  const { table } = tableAt();
  let changes = 0;
  table.subscribe(() => void (changes += 1));
  table.apply([{ action: 'DELETED', instance: instance('ghost') }]);
  table.replaceAll([]);
  expect(changes).toBe(0);
});

test('the same array is given until something changes', () => {
  const { table } = tableAt();
  table.replaceAll([instance('a')]);
  const before = table.instances('thing-service');
  table.replaceAll([instance('a')]);
  expect(table.instances('thing-service')).toBe(before);
});

test('a list that leaves a service empty leaves it what it had, for a while', () => {
  const { clock, table, ids } = tableAt();
  table.replaceAll([instance('a'), instance('b')]);
  table.replaceAll([]);
  expect(ids()).toEqual(['a', 'b']);
  // Kept for callers, but not known: a hash over it would be wrong.
  expect(table.all()).toEqual([]);
  clock.nowMs = 100;
  table.replaceAll([]);
  expect(ids()).toEqual([]);
});

test('the first instance that is confirmed ends the while of the others', () => {
  const { table, ids } = tableAt();
  table.replaceAll([instance('a'), instance('b')]);
  table.replaceAll([]);
  table.apply([{ action: 'ADDED', instance: instance('b') }]);
  expect(ids()).toEqual(['b']);
});

test('a list that lacks one of several instances removes it at once', () => {
  const { table, ids } = tableAt();
  table.replaceAll([instance('a'), instance('b')]);
  table.replaceAll([instance('b')]);
  expect(ids()).toEqual(['b']);
});

test('who says goodbye while it is only remembered is gone', () => {
  const { table, ids } = tableAt();
  table.replaceAll([instance('a')]);
  table.replaceAll([]);
  table.apply([{ action: 'DELETED', instance: instance('a') }]);
  expect(ids()).toEqual([]);
});
