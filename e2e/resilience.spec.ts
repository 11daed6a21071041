import { expect, post, test as base } from './fixtures.ts';
import { type Instance, startSystem, type System } from './system.ts';

/** A system of its own, whose stock service is started by hand so that it can stay away. */
const test = base.extend<object, { stock: { start(): Promise<Instance> } }>({
  system: [
    async ({ mode }, use) => {
      const system = await startSystem(mode, { without: ['inventory'] });
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
  await expect.poll(async () => (await request.get('/api/products')).status()).toBe(200);
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
  // The invoice of the demo may have been issued meanwhile, since the stock service was there.
  const invoiced = page.getByRole('link', { name: /^Facturé\s/ });
  await expect(invoiced.or(page.getByText('Aucune facture émise'))).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Le service Stock ne répond pas');

  const refused = await request.post(`/api/invoices/${draft.id}/finalize`, {
    headers: { 'if-match': `"${draft.version}"` },
  });
  expect(refused.status()).toBe(503);
  expect(await refused.json()).toMatchObject({
    type: '/problems/service-unavailable',
    detail: expect.stringContaining('inventory-service'),
  });
  const kept = await (await request.get(`/api/invoices/${draft.id}`)).json();
  expect(kept).toMatchObject({ status: 'draft', number: null });

  const back = await stock.start();
  await page.goto('/products');
  await page.getByLabel('Rechercher un produit').fill(product.name);
  await expect(page.getByRole('link', { name: product.name })).toBeVisible();
  await back.stop();
});
