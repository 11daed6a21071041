import { expect, open, post, test } from './fixtures.ts';

const PAGES = [
  '/',
  '/invoices',
  '/invoices/new',
  '/customers',
  '/customers/new',
  '/products',
  '/products/new',
  '/services',
  '/settings',
  '/nowhere',
];

for (const path of PAGES) {
  test(`axe finds nothing on ${path}, in light and dark`, async ({ page, expectAccessible }) => {
    await open(page, path);
    await expectAccessible();
  });
}

test('axe finds nothing on the pages of one record', async ({
  page,
  newCustomer,
  newProduct,
  expectAccessible,
}) => {
  const customer = await newCustomer();
  const product = await newProduct();
  for (const path of [
    `/customers/${customer.id}`,
    `/customers/${customer.id}/edit`,
    `/products/${product.id}`,
    `/products/${product.id}/edit`,
  ]) {
    await open(page, path);
    await expectAccessible();
  }
});

test('axe finds nothing on a draft, an invoice and its credit note', async ({
  page,
  request,
  newCustomer,
  newInvoice,
  newProduct,
  expectAccessible,
}) => {
  const draft = await post<{ id: string }>(request, '/api/invoices', {
    customerId: (await newCustomer()).id,
    lines: [{ productId: (await newProduct()).id, quantity: '1' }],
  });
  const issued = await newInvoice();
  const credited = await request.post(`/api/invoices/${issued.id}/credit-notes`, {
    headers: { 'if-match': `"${issued.version}"` },
    data: { reason: 'Retour', restock: false },
  });
  expect(credited.status(), await credited.text()).toBe(201);
  const note = await credited.json();
  for (const path of [
    `/invoices/${draft.id}/edit`,
    `/invoices/${issued.id}`,
    `/invoices/${issued.id}/credit-notes/${note.id}`,
  ]) {
    await open(page, path);
    await expectAccessible();
  }
});

test("axe finds nothing on the registry's page and the API documentation", async ({
  page,
  system,
  expectAccessible,
}) => {
  await open(page, '/docs');
  await expectAccessible();
  await open(page, system.registry);
  await expectAccessible();
});

test('no page is wider than a telephone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const path of PAGES) {
    await open(page, path);
    const surplus = await page.evaluate<number>(
      'document.documentElement.scrollWidth - window.innerWidth',
    );
    expect(surplus, path).toBeLessThanOrEqual(0);
  }
});

test('nothing is loaded from elsewhere', async ({ page, system }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(system.gateway) && !request.url().startsWith('data:'))
      foreign.push(request.url());
  });
  for (const path of ['/invoices', '/services', '/docs']) {
    await open(page, path);
  }
  expect(foreign).toEqual([]);
});
