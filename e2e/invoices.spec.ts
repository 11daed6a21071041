import type { Invoice } from 'billing/invoice-contract';
import type { Product } from 'inventory/contract';

import { choose, expect, follow, post, read, test } from './fixtures.ts';

const euros = (text: string) => new RegExp(text.replaceAll(' ', String.raw`\s`));

test('an invoice is drafted, issued and paid, and the stock goes down', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const customer = await newCustomer();
  const product = await newProduct({ unitPrice: '33.335', initialQuantity: '10' });

  await page.goto('/invoices');
  await follow(page.getByRole('link', { name: 'Nouvelle facture' }).first(), 'Nouvelle facture');
  await choose(page, 'Client', customer.name);
  await choose(page, 'Produit, ligne 1', product.name);
  await page.getByLabel('Quantité, ligne 1').fill('3');
  const totals = page.getByRole('group', { name: 'Totaux' });
  // 3 × 33.335 = 100.005, rounded half away from zero to 100.01; 20 % of it is 20.00.
  await expect(totals).toContainText(euros('100,01 €'));
  await expect(totals).toContainText(euros('120,01 €'));

  await page.getByRole('button', { name: 'Émettre la facture' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(euros('120,01 €'));
  await dialog.getByRole('button', { name: 'Émettre la facture' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Facture \S*\d{5}/);
  const sheet = page.getByRole('article');
  await expect(sheet).toContainText(customer.name);

  await expect
    .poll(async () => (await read<Product>(request, `/api/products/${product.id}`)).onHand)
    .toBe('7.000');

  await page.getByRole('button', { name: 'Enregistrer un paiement' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click();
  await expect(sheet).toContainText('Payée');
});

test('a new invoice is in the currency of its customer, and asks for the prices in it', async ({
  page,
  newCustomer,
  newProduct,
}) => {
  const customer = await newCustomer();
  const product = await newProduct({ unitPrice: '33.5' });
  await page.goto(`/customers/${customer.id}/edit`);
  await page.getByLabel('Monnaie').selectOption({ label: 'Dollar des États-Unis (USD)' });
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('region', { name: 'Contact' })).toContainText(
    'Dollar des États-Unis',
  );

  await follow(page.getByRole('link', { name: 'Nouvelle facture' }).first(), 'Nouvelle facture');
  const totals = page.getByRole('group', { name: 'Totaux' });
  await expect(totals).toContainText(euros('0,00 \\$US'));
  await choose(page, 'Produit, ligne 1', product.name);
  await expect(page.getByLabel('Prix unitaire HT, ligne 1')).toHaveValue('');
  await page.getByLabel('Prix unitaire HT, ligne 1').fill('40');
  await expect(totals).toContainText(euros('48,00 \\$US'));
  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Brouillon de facture');
  await expect(totals).toContainText(euros('48,00 \\$US'));
});

test('more than there is cannot be sold: the line is named, and nothing is reserved', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const customer = await newCustomer();
  const product = await newProduct({ initialQuantity: '2' });
  const draft = await post<{ id: string }>(request, '/api/invoices', {
    customerId: customer.id,
    lines: [
      { productId: product.id, quantity: '1' },
      { productId: product.id, quantity: '2' },
    ],
  });
  await page.goto(`/invoices/${draft.id}`);
  await page.getByRole('button', { name: 'Émettre la facture' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Émettre la facture' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Le stock ne suffit pas');
  const after = await read<Product>(request, `/api/products/${product.id}`);
  expect(after).toMatchObject({ onHand: '2.000', reserved: '0.000', available: '2.000' });
  const kept = await read<Invoice>(request, `/api/invoices/${draft.id}`);
  expect(kept).toMatchObject({ status: 'draft', number: null });
});

test('a discount of the whole invoice is seen, changed and kept', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const product = await newProduct({ unitPrice: '100' });
  const draft = await post<{ id: string }>(request, '/api/invoices', {
    customerId: (await newCustomer()).id,
    discountBp: 1000,
    lines: [{ productId: product.id, quantity: '1' }],
  });
  await page.goto(`/invoices/${draft.id}/edit`);
  const totals = page.getByRole('group', { name: 'Totaux' });
  await expect(totals).toContainText(euros('108,00 €'));
  await page.getByLabel('Remise globale (%)').fill('25');
  await page.getByLabel('Les prix sont TTC').check();
  await expect(totals).toContainText(euros('75,00 €'));
  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
  await expect
    .poll(() => read<Invoice>(request, `/api/invoices/${draft.id}`))
    .toMatchObject({ discountBp: 2500, pricesIncludeVat: true, totals: { grossMinor: 7500 } });
});

test('where and when goods went is kept by the editor, and printed', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const product = await newProduct({ unitPrice: '100' });
  const draft = await post<{ id: string }>(request, '/api/invoices', {
    customerId: (await newCustomer()).id,
    deliveredOn: '2026-11-20',
    lines: [{ productId: product.id, quantity: '1' }],
  });
  await page.goto(`/invoices/${draft.id}/edit`);
  await expect(page.getByLabel('Date de livraison')).toHaveValue('2026-11-20');
  await page.getByLabel('Adresse de livraison').fill('Quai 3\n69009 Lyon');
  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
  await expect
    .poll(() => read<Invoice>(request, `/api/invoices/${draft.id}`))
    .toMatchObject({ deliveredOn: '2026-11-20', deliveryAddress: 'Quai 3\n69009 Lyon' });
  await page.goto(`/invoices/${draft.id}`);
  const sheet = page.getByRole('article', { name: 'Document' });
  await expect(sheet).toContainText(/Date de livraison\s*20.*2026/);
  await expect(sheet).toContainText(/Quai 3\s+69009 Lyon/);
});

test('a draft that somebody else changed meanwhile keeps what was typed', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const lines = [{ productId: (await newProduct()).id, quantity: '1' }];
  const input = { customerId: (await newCustomer()).id, lines };
  const draft = await post<Invoice>(request, '/api/invoices', input);
  await page.goto(`/invoices/${draft.id}/edit`);
  await page.getByLabel('Quantité, ligne 1').fill('3');
  const elsewhere = await request.put(`/api/invoices/${draft.id}`, {
    headers: { 'if-match': `"${draft.version}"` },
    data: { ...input, notes: 'Livraison le matin' },
  });
  expect(elsewhere.status(), await elsewhere.text()).toBe(200);

  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
  await expect(page.getByRole('alert')).toContainText(/Notes\s*Livraison le matin/);
  await page.getByRole('button', { name: 'Garder mes modifications' }).click();
  await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('Livraison le matin');
  await expect(page.getByLabel('Quantité, ligne 1')).toHaveValue('3');
  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
  await expect
    .poll(() => read<Invoice>(request, `/api/invoices/${draft.id}`))
    .toMatchObject({ notes: 'Livraison le matin', lines: [{ quantity: '3' }] });
});

test('the editor is used with the keyboard alone', async ({ page, newCustomer, newProduct }) => {
  const customer = await newCustomer();
  const product = await newProduct();
  await page.goto('/invoices/new');
  await page.getByRole('combobox', { name: 'Client', exact: true }).focus();
  await page.keyboard.type(customer.name);
  await expect(page.getByRole('listbox').getByRole('option')).toContainText([customer.name]);
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Produit, ligne 1' }).focus();
  await page.keyboard.type(product.name);
  await expect(page.getByRole('listbox').getByRole('option')).toContainText([product.name]);
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Prix unitaire HT, ligne 1')).toHaveValue(/^10/);
  // Tab from the last cell starts the next line.
  await page.getByLabel('TVA, ligne 1', { exact: true }).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Produit, ligne 2' })).toBeFocused();
});

test('issuing what is not complete leads to what is missing', async ({ page }) => {
  await page.goto('/invoices/new');
  await page.getByRole('button', { name: 'Émettre la facture', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Client', exact: true })).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('payments beyond one page are reached by turning it', async ({
  page,
  request,
  newInvoice,
}) => {
  let invoice = await newInvoice();
  for (let count = 1; count <= 21; count++) {
    const paid = await request.post(`/api/invoices/${invoice.id}/payments`, {
      headers: { 'if-match': `"${invoice.version}"` },
      data: { amountMinor: 1, paidOn: invoice.issueDate, reference: `Versement ${count}` },
    });
    expect(paid.status(), await paid.text()).toBe(201);
    invoice = await paid.json();
  }
  await page.goto(`/invoices/${invoice.id}`);
  const payments = page.getByRole('table', { name: 'Paiements', exact: true });
  await expect(payments.getByRole('cell', { name: 'Versement 21', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Page suivante', exact: true }).click();
  await expect(payments.getByRole('cell', { name: 'Versement 1', exact: true })).toBeVisible();
  await expect(payments.getByRole('cell', { name: 'Versement 21', exact: true })).toHaveCount(0);
});

test('an issued invoice is read in English too, and cannot be edited', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const customer = await newCustomer();
  const product = await newProduct({ unitPrice: '1234.5' });
  const draft = await post<{ id: string }>(request, '/api/invoices', {
    customerId: customer.id,
    lines: [{ productId: product.id, quantity: '1' }],
  });
  const issued = await request.post(`/api/invoices/${draft.id}/finalize`, {
    headers: { 'if-match': '"1"' },
  });
  expect(issued.status(), await issued.text()).toBe(200);

  await page.goto(`/invoices/${draft.id}`);
  await expect(page.getByText(euros('1 481,40 €')).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Modifier', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Langue' }).first().click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.getByText('€1,481.40').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Invoice /);
});
