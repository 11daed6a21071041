import { expect, test } from 'bun:test';

import { array, assert, constantFrom, property } from 'fast-check';

import { createPathIndex } from './path-index.ts';
import { comparePatterns, parsePathPattern, type PathPattern } from './path-pattern.ts';

const parse = (text: string): PathPattern => {
  const pattern = parsePathPattern(text);
  if (typeof pattern === 'string') throw new Error(pattern);
  return pattern;
};

function indexOf(paths: readonly string[]) {
  const entries = paths
    .map(parse)
    .toSorted(comparePatterns)
    .map((pattern, rank) => ({ pattern, rank, hosts: [] }));
  const index = createPathIndex(entries);
  return (path: string) => index.find(path, 'gw', () => true)?.pattern.text;
}

test('an exact path wins over a longer prefix, a prefix over a pattern', () => {
  const find = indexOf(['/**', '/a/**', '/a/b/**', '/a/b', '/a/{id}', '/*/b/c']);
  expect(find('/a/b')).toBe('/a/b');
  expect(find('/a/b/c')).toBe('/a/b/**');
  expect(find('/a/x')).toBe('/a/**');
  expect(find('/x/b/c')).toBe('/**');
  expect(indexOf(['/a/{id}', '/*/b/c'])('/x/b/c')).toBe('/*/b/c');
});

test('a prefix stands for its own path too, but for no longer word', () => {
  const find = indexOf(['/api/customers/**']);
  expect(find('/api/customers')).toBe('/api/customers/**');
  expect(find('/api/customers/')).toBe('/api/customers/**');
  expect(find('/api/customersx')).toBeUndefined();
  expect(find('/api')).toBeUndefined();
});

test('a wildcard stands for one segment that is not empty', () => {
  const find = indexOf(['/a/*/c', '/a/{id}']);
  expect(find('/a/b/c')).toBe('/a/*/c');
  expect(find('/a/b')).toBe('/a/{id}');
  expect(find('/a/')).toBeUndefined();
  expect(find('/a/b/c/d')).toBeUndefined();
});

test('an entry that is not accepted leaves its place to the next', () => {
  const entries = ['/a', '/a/**'].map((text, rank) => ({ pattern: parse(text), rank, hosts: [] }));
  const index = createPathIndex(entries);
  expect(index.find('/a', 'gw', ({ rank }) => rank > 0)?.pattern.text).toBe('/a/**');
});

test('an entry with hosts is found for these only', () => {
  const pattern = parse('/a');
  const index = createPathIndex([
    { pattern, rank: 0, hosts: ['one'] },
    { pattern, rank: 1, hosts: [] },
  ]);
  expect(index.find('/a', 'one', () => true)?.rank).toBe(0);
  expect(index.find('/a', 'two', () => true)?.rank).toBe(1);
});

test('the index finds what a scan of all routes in order finds', () => {
  const segment = constantFrom('a', 'b', '*', '{x}');
  const pattern = array(segment, { maxLength: 4 }).chain((parts) =>
    constantFrom(`/${parts.join('/')}`, `/${[...parts, '**'].join('/')}`),
  );
  const path = array(constantFrom('a', 'b', 'c'), { maxLength: 5 }).map(
    (parts) => `/${parts.join('/')}`,
  );
  assert(
    property(array(pattern, { maxLength: 8 }), path, (patterns, path) => {
      const scanned = patterns
        .map(parse)
        .toSorted(comparePatterns)
        .find((candidate) => fits(candidate, path));
      expect(indexOf(patterns)(path)).toBe(scanned?.text);
    }),
  );
});

function fits({ segments, hasRest }: PathPattern, path: string): boolean {
  const parts = path === '/' ? [] : path.slice(1).split('/');
  if (hasRest ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, index) => segment === null || segment === parts[index]);
}
