import type { Invoice } from 'billing/invoice-contract';

import { expect, post, read, test as base } from './fixtures.ts';
import { type Instance, startSystem, type System } from './system.ts';

/** A system of its own, whose stock service is started by hand so that it can stay away. */
const test = base.extend<object, { stock: { start(): Promise<Instance> } }>({
  system: [
    async ({ mode }, use) => {
      // The demo's invoice would be issued whenever the stock service happens to be there.
      const system = await startSystem(mode, { without: ['inventory'], env: { DEMO: 'off' } });
      await use(system);
      await system.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  stock: [
    async ({ system }: { system: System }, use) =>
      use({ start: () => system.launch('inventory', { port: system.ports.inventory }) }),
    { scope: 'worker' },
  ],
});

test('while the stock service is stopped, people see which one, and the rest works', async ({
  page,
  request,
  stock,
  newCustomer,
  newProduct,
}) => {
  const running = await stock.start();
  const answers = async () => (await request.get('/api/products')).status();
  await expect.poll(answers).toBe(200);
  const customer = await newCustomer();
  const product = await newProduct();
  const draft = await post<{ id: string; version: number }>(request, '/api/invoices', {
    customerId: customer.id,
    lines: [{ productId: product.id, quantity: '1' }],
  });
  await running.stop();

  await page.goto('/products');
  await expect(page.getByText('Le service Stock ne répond pas pour le moment')).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(customer.name)}`);
  await expect(page.getByRole('link', { name: customer.name })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Rechercher' }).fill(customer.name);
  await expect(page.getByRole('option').filter({ hasText: customer.name }).first()).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Le service Stock ne répond pas');
  await page.keyboard.press('Escape');

  await page.goto('/');
  await expect(page.getByText('Aucune facture émise')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Le service Stock ne répond pas');

  const refused = await request.post(`/api/invoices/${draft.id}/finalize`, {
    headers: { 'if-match': `"${draft.version}"` },
  });
  expect(refused.status()).toBe(503);
  expect(await refused.json()).toMatchObject({
    type: '/problems/service-unavailable',
    detail: expect.stringContaining('inventory-service'),
  });
  const kept = await read<Invoice>(request, `/api/invoices/${draft.id}`);
  expect(kept).toMatchObject({ status: 'draft', number: null });

  const back = await stock.start();
  await expect.poll(answers).toBe(200);
  await page.goto('/products');
  await page.getByLabel('Rechercher un produit').fill(product.name);
  await expect(page.getByRole('link', { name: product.name })).toBeVisible();
  await back.stop();
});
