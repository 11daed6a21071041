import { expect, test } from 'bun:test';

import { contextOf, currentContext, traceparentOf, withContext } from './request-context.ts';

const contextWith = (headers: Record<string, string>) =>
  contextOf(new Request('http://shelf.test/', { headers }));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

test('contextOf() goes on with the trace that came in, under a span of its own', () => {
  const context = contextWith({ traceparent: `00-${TRACE}-00f067aa0ba902b7-00` });
  expect(context.traceId).toBe(TRACE);
  expect(context.spanId).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
  expect(traceparentOf(context)).toBe(`00-${TRACE}-${context.spanId}-00`);
});

test.each([
  '',
  'junk',
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
])('contextOf() starts a trace of its own when traceparent is "%s"', (traceparent) => {
  const { traceId } = contextWith({ traceparent });
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(traceId).not.toBe(TRACE);
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
