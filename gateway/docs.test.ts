import { afterAll, beforeAll, expect, test } from 'bun:test';

import { customers } from 'customer/contract';
import { products } from 'inventory/contract';
import { type Discovery, fixedDiscovery } from 'platform/discovery';
import { printOpenApi } from 'platform/openapi';
import { z } from 'zod';

import { freePort, startGateway } from './test-rig.ts';

const Documentation = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  'x-missing': z.array(z.string()),
});

const serveDocument = (document: object) =>
  Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json(document) });

let customer: ReturnType<typeof serveDocument>;
let inventory: ReturnType<typeof serveDocument>;
let gateway: ReturnType<typeof startGateway>;

const route = (id: string, upstream: string) => ({
  id,
  match: { path: `/api/${id}/**` },
  upstream,
  filters: { stripPrefix: 1 },
});

beforeAll(async () => {
  customer = serveDocument(printOpenApi(customers));
  inventory = serveDocument(printOpenApi(products));
  const discovery: Discovery = fixedDiscovery({
    'customer-service': [`http://127.0.0.1:${await freePort()}`, customer.url.origin],
    'inventory-service': [inventory.url.origin],
    'billing-service': [`http://127.0.0.1:${await freePort()}`],
  });
  gateway = startGateway({
    mode: 'registry',
    discovery,
    routes: [
      route('customers', 'lb://customer-service'),
      route('products', 'lb://inventory-service'),
    ],
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([customer.stop(true), inventory.stop(true)]);
});

const read = async () =>
  Documentation.parse(await (await fetch(`${gateway.url}/docs/openapi.json`)).json());

test('GET /docs/openapi.json shows every operation under the path that clients use', async () => {
  const { paths } = await read();
  expect(Object.keys(paths)).toContain('/api/customers/{id}');
  expect(Object.keys(paths)).toContain('/api/products');
  expect(Object.keys(paths)).toContain('/gateway/services');
  expect(paths['/api/customers']?.['get']).toMatchObject({
    operationId: 'customer-service.list',
    tags: ['customer-service'],
  });
});

test('GET /docs/openapi.json names every operation once and resolves every reference', async () => {
  const document = await read();
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name = ''] of references)
    expect(document.components.schemas).toHaveProperty([name]);
});

test('GET /docs/openapi.json survives services that are down', async () => {
  expect((await read())['x-missing']).toEqual(['billing-service']);
  await inventory.stop(true);
  expect(Object.keys((await read()).paths)).toContain('/api/products');
});

test('GET /docs is one page that loads nothing from elsewhere', async () => {
  const reply = await fetch(`${gateway.url}/docs`);
  const html = await reply.text();
  expect(reply.headers.get('content-type')).toStartWith('text/html');
  expect(reply.headers.get('content-security-policy')).toContain("script-src 'self' 'sha256-");
  expect(html).not.toMatch(/https?:\/\//);
});
