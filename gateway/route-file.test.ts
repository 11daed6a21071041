import { expect, test } from 'bun:test';
import { join } from 'node:path';

import { parseRouteFile, RouteFileError } from './route-file.ts';

const table = (lines: string, env = {}) => parseRouteFile(`routes:\n${lines}`, 'r.yaml', env);
const complaints = (lines: string, env = {}): readonly string[] => {
  try {
    table(lines, env);
  } catch (error) {
    if (error instanceof RouteFileError) return error.complaints;
    throw error;
  }
  return [];
};

test('the example of the README is valid, with all that is commented out', async () => {
  const text = await Bun.file(join(import.meta.dir, 'README.md')).text();
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(parseRouteFile(example, 'README.md', {})).toHaveLength(1);
  const withOptions = example
    .replace(/^ {4}upstream: lb.*$/m, '')
    .replaceAll(/^ {4}# upstream: [h{].*$/gm, '')
    .replaceAll(/^ {4}# /gm, '    ');
  const [route] = parseRouteFile(withOptions, 'README.md', {});
  expect(route?.upstream).toMatchObject({ stickyCookie: 'at', balance: 'roundRobin' });
});

test('a slow start of addresses, which are never new, is refused', () => {
  const upstream = "{ service: s, addresses: ['http://a'], slowStartMs: 9 }";
  expect(complaints(`  - { id: a, match: { path: /a }, upstream: ${upstream} }`)).toEqual([
    "r.yaml:2:84 route 'a' upstream.slowStartMs: only services by name have new instances",
  ]);
});

test('the table that comes with the gateway is valid', async () => {
  const text = await Bun.file(join(import.meta.dir, 'routes.yaml')).text();
  const routes = parseRouteFile(text, 'routes.yaml', { CUSTOMER_PORT: '9001' });
  expect(routes.map(({ id }) => id)).toContain('customers');
  expect(routes.find(({ id }) => id === 'customers-static')?.upstream).toEqual({
    service: 'customer-service',
    addresses: ['http://127.0.0.1:9001'],
  });
});

test('an unknown key is an error with its place', () => {
  expect(
    complaints(`
  - id: one
    match: { path: /a }
    upstream: lb://a
    filters:
      stripPrefx: 1
`),
  ).toEqual(["r.yaml:7:7 route 'one' filters.stripPrefx: this key is not known"]);
});

test('every bad route is named, not only the first', () => {
  const found = complaints(`
  - id: one
    match: { path: a }
    upstream: lb://a
  - id: two
    match: { path: /a/**/b }
    upstream: ftp://a
`);
  expect(found).toHaveLength(3);
  expect(found[0]).toContain("r.yaml:4:14 route 'one' match.path: a path starts with /");
  expect(found[1]).toContain("route 'two' match.path: ** stands only at the end of a path");
  expect(found[2]).toContain("route 'two' upstream:");
});

test('two routes with one id are refused', () => {
  const route = "{ id: one, match: { path: /a }, upstream: 'lb://a' }";
  expect(complaints(`  - ${route}\n  - ${route}`)).toEqual([
    "r.yaml route 'one': the id is not unique",
  ]);
});

test('text that is no YAML is refused with its place', () => {
  expect(complaints('  - { id: one')[0]).toMatch(/^r\.yaml:\d+:\d+ /);
});

test('a variable is filled in, with its default when it is not set or empty', () => {
  const lines = `
  - id: one
    match: { path: /a }
    upstream: 'http://\${H:-h}:\${P:-1}'
    filters:
      maxBodyBytes: \${MAX:-10}
`;
  expect(table(lines)[0]).toMatchObject({ upstream: 'http://h:1', filters: { maxBodyBytes: 10 } });
  expect(table(lines, { H: 'x', P: '2', MAX: '' })[0]).toMatchObject({
    upstream: 'http://x:2',
    filters: { maxBodyBytes: 10 },
  });
});

test('a variable that is not set and has no default is an error', () => {
  expect(complaints("  - { id: one, match: { path: /a }, upstream: 'http://${H}' }")).toEqual([
    'r.yaml:2:47 the variable H is not set',
  ]);
});

/** What is said against filters, without the place. */
const reasonOf = (filters: string, path = '/a/{id}') =>
  complaints(
    `  - { id: a, match: { path: '${path}' }, upstream: 'http://a', filters: { ${filters} } }`,
  ).map((complaint) => complaint.replace(/^.*route 'a' /, ''));

test('what would do nothing, or harm, is refused with its reason', () => {
  expect(reasonOf("setPath: '/x/{id}'")).toEqual([]);
  expect(reasonOf("setPath: '/x/{**}'", '/a/**')).toEqual([]);
  expect(reasonOf("setPath: '/x/{other}'")).toEqual([
    'filters.setPath: {other} is not in every path of the route',
  ]);
  expect(reasonOf('setPath: /x, stripPrefix: 1')).toEqual([
    'filters.stripPrefix: does nothing beside setPath',
  ]);
  expect(reasonOf("cors: { origins: ['*'], credentials: true }")).toEqual([
    "filters.cors.origins: '*' and credentials do not go together",
  ]);
  expect(reasonOf('circuitBreaker: { requests: 3 }')).toEqual([
    'filters.circuitBreaker.minimum: must not be more than requests, which is 3',
  ]);
  expect(reasonOf('circuitBreaker: { failureShare: 1 }')).toHaveLength(1);
  expect(reasonOf('requestHeaders: { remove: [Content-Length] }')).toEqual([
    "filters.requestHeaders.remove.0: is the connection's own",
  ]);
  expect(reasonOf('responseHeaders: { set: { transfer-encoding: chunked } }')).toHaveLength(1);
});
