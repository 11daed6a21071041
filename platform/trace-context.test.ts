import { expect, test } from 'bun:test';

import { readTrace } from './trace-context.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const read = (headers: Record<string, string>) => readTrace(new Headers(headers));

test('a trace that came in is passed on as it came, with its state and baggage', () => {
  const headers = {
    traceparent: `00-${ID}-00f067aa0ba902b7-00`,
    tracestate: 'a=1,b=2',
    baggage: 'user=ann',
  };
  expect(read(headers)).toEqual({ traceId: ID, headers });
});

test.each([
  '',
  'junk',
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${ID}-${'0'.repeat(16)}-01`,
  `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${ID}-00f067aa0ba902b7-01-what-is-this`,
  `ff-${ID}-00f067aa0ba902b7-01`,
])(
  'a trace begins here, without the state of any other, when traceparent is "%s"',
  (traceparent) => {
    const trace = read({ traceparent, tracestate: 'a=1', baggage: 'user=ann' });
    expect(trace.traceId).toMatch(/^(?!4bf92f35)[0-9a-f]{32}$/);
    expect(trace.headers.traceparent).toMatch(
      new RegExp(`^00-${trace.traceId}-(?!0{16})[0-9a-f]{16}-01$`),
    );
    expect(trace.headers.tracestate).toBeUndefined();
    expect(trace.headers.baggage).toBe('user=ann');
  },
);

test('of a version to come what is known of it is read', () => {
  const traceparent = `cc-${ID}-00f067aa0ba902b7-01-more`;
  expect(read({ traceparent })).toMatchObject({ traceId: ID });
});
