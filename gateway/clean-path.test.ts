import { expect, test } from 'bun:test';

import { assert, property, string, stringMatching } from 'fast-check';

import { cleanPath, readTarget } from './clean-path.ts';

test('a plain path passes untouched', () => {
  for (const path of ['/', '/api/customers', '/a/b-c_d.e~f', "/a!$&'()*+,=:@", '/a/'])
    expect(cleanPath(path)).toBe(path);
});

test('a reserved character stays encoded as it came', () => {
  expect(cleanPath('/a%2Fb%2fc%3Fd%20e%3b')).toBe('/a%2Fb%2fc%3Fd%20e%3b');
});

test('a letter that needs no encoding is decoded', () => {
  expect(cleanPath('/%61pi/%7Ex%2D%5F')).toBe('/api/~x-_');
});

test('a path that two servers could read differently is refused', () => {
  const refused = [
    '//admin',
    '/a//b',
    '/a%00b',
    '/a%0d%0ab',
    '/a%7f',
    '/a%5Cb',
    '/a%5cb',
    '/a\\b',
    '/a/..;/b',
    '/a/..;x=1/b',
    '/a/.;/b',
    '/a/%2e%2e;/b',
    '/a/..%2fb',
    '/a%2f..%2fb',
    '/a%2F%2E%2E',
    '/a/..%3bx',
    '/a%zzb',
    '/a%',
    '/caf%EF%BF%BD',
  ];
  for (const path of refused)
    expect([path, cleanPath(path).startsWith('/')]).toEqual([path, false]);
});

test('a segment that only looks like dots passes', () => {
  for (const path of ['/a/...', '/a/..b', '/.well-known/x', '/a;b=1/c'])
    expect(cleanPath(path)).toBe(path);
});

test('readTarget() takes path and query out of the URL and never touches the query', () => {
  expect(readTarget('http://gw/a?x=//..;%00')).toEqual({ path: '/a', query: '?x=//..;%00' });
  expect(readTarget('http://gw/a?')).toEqual({ path: '/a', query: '?' });
  expect(readTarget('http://gw:80/')).toEqual({ path: '/', query: '' });
  expect(readTarget('/a')).toBe('the Host header names no host');
});

test('cleaning a clean path changes nothing', () => {
  assert(
    property(stringMatching(/^(\/([a.;%]|%2[eEfF5]|%61|%3[bB]|%00){0,6}){1,5}$/), (path) => {
      const cleaned = cleanPath(path);
      return !cleaned.startsWith('/') || cleanPath(cleaned) === cleaned;
    }),
  );
});

test('what a URL parser makes of a clean path is the same path', () => {
  assert(
    property(string(), (text) => {
      const target = readTarget(
        new URL(`http://gw/${text.replaceAll('?', '')}`).href.split('#')[0] ?? '',
      );
      return (
        typeof target === 'string' || new URL(`http://up${target.path}`).pathname === target.path
      );
    }),
  );
});
