import { expect, test } from 'bun:test';

import { readFlags, readPort } from './start-flags.ts';

const NAMES = ['registry', 'billing'];

test('readFlags() reads what may be given, in any order', () => {
  expect(readFlags([], NAMES)).toEqual({ watch: false, build: false, without: new Set() });
  const all = { watch: true, build: true, without: new Set(NAMES) };
  expect(readFlags(['--watch', '--without', 'registry,billing', '--build'], NAMES)).toEqual(all);
  expect(readFlags(['--build', '--without=billing,registry', '--watch'], NAMES)).toEqual(all);
});

test.each([
  [['--wacth'], "Unknown '--wacth'"],
  [['--without'], "Unknown '--without'"],
  [['--without', 'biling'], "There is no part 'biling' to leave out: there are registry, billing"],
])('readFlags() refuses %p', (words, message) => {
  expect(() => readFlags(words, NAMES)).toThrow(message);
});

test('readPort() takes the variable before the fallback, and nothing that is no port', () => {
  expect(readPort('PORT', undefined, 8888)).toBe(8888);
  expect(readPort('PORT', '', 8888)).toBe(8888);
  expect(readPort('PORT', '0', 8888)).toBe(0);
  expect(() => readPort('PORT', '80x', 1)).toThrow(
    "PORT must be a port from 0 to 65535 (is '80x')",
  );
  expect(() => readPort('PORT', '65536', 1)).toThrow("(is '65536')");
});
