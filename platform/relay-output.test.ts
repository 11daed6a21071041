import { expect, test } from 'bun:test';

import { relayLine } from './relay-output.ts';

const LINE =
  '{"@timestamp":"2026-11-22T21:39:13.845Z","level":"WARN","message":"Slow","logger":"billing","ms":12,"path":"/x"}';

test('relayLine() leaves structured lines to programs as they are', () => {
  expect(relayLine('billing', LINE, false)).toBe(LINE);
});

test('relayLine() makes them readable for people', () => {
  expect(relayLine('billing', LINE, true)).toBe(
    'billing   │ 21:39:13.845Z warn Slow ms=12 path=/x',
  );
});

test.each([['plain text'], ['{ not json'], ['{}x']])('relayLine() names who said %p', (line) => {
  expect(relayLine('web', line, true)).toBe(`web       │ ${line}`);
  expect(relayLine('web', line, false)).toBe(`web       │ ${line}`);
});
