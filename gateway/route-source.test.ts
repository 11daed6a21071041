import { expect, test } from 'bun:test';

import { type Discovery, fixedDiscovery, type Instance } from 'platform/discovery';
import { silentLog } from 'platform/log';

import type { RoutesMode } from './contract.ts';
import type { RouteRequest } from './predicates.ts';
import { assertRoutable, createRouteSource } from './route-source.ts';
import { RouteDefinition, type RouteInput } from './routes.ts';
import { createUpstreams } from './upstreams.ts';

const route = (input: RouteInput) => RouteDefinition.parse(input);
const fileRoutes = [
  route({ id: 'named', match: { path: '/api/a/**' }, upstream: 'lb://a-service' }),
  route({
    id: 'addressed',
    order: 100,
    match: { path: '/api/a/**' },
    upstream: 'http://127.0.0.1:1',
  }),
];

const weighted = (id: string, weight: number) =>
  route({
    id,
    match: { path: '/a', weight: { group: 'g', weight } },
    upstream: 'http://127.0.0.1:1',
  });

function sourceOf(mode: RoutesMode, discovery: Discovery, routes = fileRoutes) {
  const source = createRouteSource({
    mode,
    fileRoutes: routes,
    discovery,
    filters: () => ({ around: undefined, circuit: undefined }),
    upstreams: createUpstreams({ discovery, bulkhead: { concurrent: 10, waiting: 0 } }),
    self: 'gateway-service',
    log: silentLog,
  });
  const find = (path: string, request: Partial<RouteRequest> = {}) =>
    source.table().find({
      method: 'GET',
      host: 'gw',
      path,
      query: '',
      headers: new Headers(),
      random: 0,
      ...request,
    })?.route.id;
  return { source, find };
}

test('static leaves out what needs the registry, and registered services', () => {
  const { source, find } = sourceOf('static', fixedDiscovery({ b: ['http://127.0.0.1:2'] }));
  expect(find('/api/a/1')).toBe('addressed');
  expect(find('/b/x')).toBeUndefined();
  expect(source.view().notRouted).toEqual([
    { id: 'named', reason: 'it needs the registry, and GATEWAY_ROUTES is static' },
  ]);
});

test('registry goes by order, and adds each service in lower and upper case', () => {
  const { find } = sourceOf('registry', fixedDiscovery({ 'b-service': ['http://127.0.0.1:2'] }));
  expect(find('/api/a/1')).toBe('named');
  expect(find('/b-service/x')).toBe('registry.b-service');
  expect(find('/B-SERVICE')).toBe('registry.b-service');
  expect(find('/B-service/x')).toBeUndefined();
});

test('a service that comes has its route, one that goes has not, one that opts out neither', () => {
  const services = new Map<string, Instance[]>();
  const listeners = new Set<() => void>();
  const notify = () => listeners.forEach((listener) => listener());
  const discovery: Discovery = {
    ...fixedDiscovery({}),
    services: () => [...services.keys()],
    instances: (name) => services.get(name) ?? [],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => undefined;
    },
  };
  const { source, find } = sourceOf('registry', discovery);
  const instance = { id: '1', service: 'b', url: 'http://127.0.0.1:2', metadata: {} };

  services.set('b', [instance]);
  notify();
  expect(find('/b/x')).toBe('registry.b');

  const before = source.table();
  services.set('b', [instance, { ...instance, id: '2' }]);
  notify();
  expect(source.table()).toBe(before);

  services.set('b', [{ ...instance, metadata: { 'gateway.route': 'false' } }]);
  notify();
  expect(find('/b/x')).toBeUndefined();

  services.delete('b');
  notify();
  expect(source.view().notRouted).toEqual([]);
});

test('all conditions of a route must hold', () => {
  const { find } = sourceOf('static', fixedDiscovery({}), [
    route({ id: 'plain', match: { path: '/a' }, upstream: 'http://127.0.0.1:1' }),
    route({
      id: 'picky',
      match: {
        path: '/a',
        host: '*.example.com',
        method: ['GET', 'POST'],
        header: { 'x-kind': 'a|b' },
        query: { version: '\\d+' },
        cookie: { beta: 'yes' },
      },
      upstream: 'http://127.0.0.1:2',
    }),
  ]);
  const fitting = {
    host: 'shop.example.com',
    query: '?version=12',
    headers: new Headers({ 'x-kind': 'b', cookie: 'x=1; beta=yes' }),
  };
  expect(find('/a', fitting)).toBe('picky');
  expect(find('/a', { ...fitting, method: 'PUT' })).toBe('plain');
  expect(find('/a', { ...fitting, host: 'example.com' })).toBe('plain');
  expect(find('/a', { ...fitting, query: '?version=12x' })).toBe('plain');
  expect(find('/a', { ...fitting, headers: new Headers({ 'x-kind': 'b' }) })).toBe('plain');
  expect(find('/a', { ...fitting, headers: new Headers({ cookie: 'beta=yes' }) })).toBe('plain');
});

test('routes of one weight group share the requests', () => {
  const routes = [weighted('most', 9), weighted('few', 1), weighted('none', 0)];
  const { find } = sourceOf('static', fixedDiscovery({}), routes);
  const found = Array.from({ length: 100 }, (_, n) => find('/a', { random: n / 100 }));
  expect(found.filter((id) => id === 'most')).toHaveLength(90);
  expect(found.filter((id) => id === 'few')).toHaveLength(10);
});

test("a route to one of the gateway's own paths is refused", () => {
  for (const path of ['/', '/docs/**', '/gateway/x', '/health/live', '/metrics'])
    expect(() =>
      assertRoutable([route({ id: 'x', match: { path }, upstream: 'http://127.0.0.1:1' })]),
    ).toThrow(`route 'x' match.path: '${path}' is the gateway's own path`);
});
