import { expect, test } from 'bun:test';

import { parsePathPattern } from './path-pattern.ts';
import { compilePathRewrite } from './rewrite-path.ts';
import { RouteDefinition, type RouteInput } from './routes.ts';

function rewrite(path: string, filters: RouteInput['filters']) {
  const { filters: valid } = RouteDefinition.parse({
    id: 'a',
    match: { path },
    upstream: 'http://a',
    filters,
  });
  const pattern = parsePathPattern(path);
  if (typeof pattern === 'string') throw new Error(pattern);
  return compilePathRewrite(valid, pattern);
}

test('a rewrite takes the whole path or leaves it alone, and happens once', () => {
  const { forward } = rewrite('/**', {
    rewritePath: { pattern: '/svc/?(?<rest>.*)', replacement: '/$<rest>' },
  });
  expect(forward('/svc/x/svc/y')).toBe('/x/svc/y');
  expect(forward('/svc')).toBe('/');
  expect(forward('/other/svc/x')).toBe('/other/svc/x');
  expect(forward('/svc/%2Fsvc/%20')).toBe('/%2Fsvc/%20');
});

test('segments are taken off the front, a prefix is put there, and both are undone', () => {
  const { forward, back, prefixOf } = rewrite('/api/**', { stripPrefix: 1, prefixPath: '/v1' });
  expect(forward('/api/customers/7')).toBe('/v1/customers/7');
  expect(forward('/api')).toBe('/v1');
  expect(prefixOf('/api/customers')).toBe('/api');
  expect(back('/v1/customers/8', '/api/customers')).toBe('/api/customers/8');
  expect(back('/api/customers/8', '/api/customers')).toBe('/api/customers/8');
});

test('a path that is set is filled from the pattern, byte for byte', () => {
  const { forward } = rewrite('/a/{id}/**', { setPath: '/b/{**}/of/{id}' });
  expect(forward('/a/7%2F8/x/y%20z')).toBe('/b/x/y%20z/of/7%2F8');
});
