import type { APIRequestContext } from '@playwright/test';

import { expect, test } from './fixtures.ts';

test("the registry's page lists every service, live", async ({ page, system }) => {
  await page.goto(system.registry);
  for (const service of [
    'CUSTOMER-SERVICE',
    'INVENTORY-SERVICE',
    'BILLING-SERVICE',
    'GATEWAY-SERVICE',
  ]) {
    await expect(page.getByText(service).first()).toBeVisible();
  }
  const second = await system.launch('customer');
  const { host } = new URL(second.url);
  const port = host.split(':')[1] ?? '';
  await expect(page.getByText(new RegExp(`:${port}\\b`)).first()).toBeVisible();
  await second.stop();
  await expect(
    page.getByRole('table').getByText(new RegExp(`customer-service:${port}$`)),
  ).toHaveCount(0);
});

test('the Services page follows an instance that comes and one that crashes', async ({
  page,
  system,
}) => {
  await page.goto('/services');
  await expect(page.getByText('En direct', { exact: true })).toBeVisible();
  await expect(page.getByText('En service').first()).toBeVisible();
  const second = await system.launch('inventory');
  const address = page.getByText(new URL(second.url).host);
  await expect(address.first()).toBeVisible();
  await second.stop('SIGKILL');
  await expect(address).toHaveCount(0);
});

test('a second instance takes its share and leaves without an error', async ({
  request,
  system,
}) => {
  const second = await system.launch('customer');
  await expect.poll(() => listsServedBy(second.url, request)).toBeGreaterThan(0);
  const statuses = Promise.all(
    Array.from({ length: 200 }, async () => (await request.get('/api/customers?size=1')).status()),
  );
  await second.stop();
  expect(new Set(await statuses)).toEqual(new Set([200]));
});

/** Asks the gateway for some lists, and then the instance itself how many it has served. */
async function listsServedBy(url: string, request: APIRequestContext): Promise<number> {
  for (let asked = 0; asked < 10; asked += 1) await request.get('/api/customers?size=1');
  const metrics = await (await request.get(`${url}/metrics`)).text();
  return Number(/_count\{operation="list",[^}]*\} (\d+)/.exec(metrics)?.[1] ?? 0);
}
