import { expect, test } from 'bun:test';

import { contextOf, currentContext, withContext } from './request-context.ts';

const contextWith = (headers: Record<string, string>) =>
  contextOf(new Request('http://shelf.test/', { headers }));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

test('contextOf() names the trace and the span in every log line of the request', () => {
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-00`, 'x-request-id': 'r1' };
  expect(contextWith(headers).logFields).toEqual({ requestId: 'r1', trace_id: TRACE });
});

test('contextOf() keeps a request id that is safe to print and replaces any other', () => {
  expect(contextWith({ 'x-request-id': 'a-1.b_2' }).requestId).toBe('a-1.b_2');
  expect(contextWith({ 'x-request-id': '<script>' }).requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("contextOf() counts the caller's patience from now", () => {
  const before = performance.now();
  const { deadlineMs } = contextWith({ 'x-request-timeout-ms': '500' });
  expect(deadlineMs).toBeGreaterThanOrEqual(before + 500);
  expect(contextWith({ 'x-request-timeout-ms': '-1' }).deadlineMs).toBeUndefined();
  expect(contextWith({}).deadlineMs).toBeUndefined();
});

const idWithin = (id: string) =>
  withContext(contextWith({ 'x-request-id': id }), async () => {
    await Promise.resolve();
    return currentContext()?.requestId;
  });

test('withContext() holds across awaits and keeps requests apart', async () => {
  expect(await Promise.all([idWithin('one'), idWithin('two')])).toEqual(['one', 'two']);
  expect(currentContext()).toBeUndefined();
});
