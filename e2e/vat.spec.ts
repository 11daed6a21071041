import type { APIRequestContext } from '@playwright/test';
import type { Settings } from 'billing/settings-contract';

import { choose, expect, open, read, test, unique } from './fixtures.ts';

/** The company has a VAT number, as reverse charge asks for. */
async function numberCompany(request: APIRequestContext) {
  const { version } = await read<Settings>(request, '/api/settings');
  const saved = await request.patch('/api/settings', {
    headers: { 'if-match': `"${version}"` },
    data: { seller: { vatNumber: 'FR44732829320' } },
  });
  expect(saved.status(), await saved.text()).toBe(200);
}

test('an invoice by reverse charge waits for the VAT number of the customer, and says why it bears no VAT', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  await numberCompany(request);
  const customer = await newCustomer();
  const products = [await newProduct(), await newProduct({ unitPrice: '2.5' })];

  await page.goto('/invoices/new');
  await choose(page, 'Client', customer.name);
  await choose(page, 'Produit, ligne 1', products[0]?.name ?? '');
  await page.getByRole('button', { name: 'Ajouter une ligne', exact: true }).click();
  await choose(page, 'Produit, ligne 2', products[1]?.name ?? '');
  const totals = page.getByRole('group', { name: 'Totaux', exact: true });
  await expect(totals).toContainText(/TVA 20\s% sur 12,50\s€\s*2,50\s€/);
  await page
    .getByLabel('TVA de toutes les lignes', { exact: true })
    .selectOption('Autoliquidation');
  await expect(page.getByLabel('TVA, ligne 2', { exact: true })).toHaveValue('AE 0');
  await expect(totals).toContainText(/Autoliquidation sur 12,50\s€\s*0,00\s€/);
  await expect(totals).toContainText(/Total TTC\s*12,50\s€/);

  await page.getByRole('button', { name: 'Émettre la facture', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const issue = dialog.getByRole('button', { name: 'Émettre la facture', exact: true });
  await issue.click();
  await expect(dialog.getByText('Le numéro de TVA du client manque')).toBeVisible();
  const opened = page.waitForEvent('popup');
  await dialog.getByRole('link', { name: 'Compléter le client', exact: true }).click();
  const form = await opened;
  await form.getByLabel('N° de TVA', { exact: true }).fill('FR96552100554');
  await form.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expect(form.getByRole('region', { name: 'Contact', exact: true })).toContainText(
    'FR96552100554',
  );
  await form.close();

  await issue.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Facture \S*\d{5}$/);
  const sheet = page.getByRole('article', { name: 'Document', exact: true });
  await expect(sheet).toContainText('FR96552100554');
  await expect(sheet).toContainText(/Autoliquidation sur 12,50\s€\s*0,00\s€/);
  await expect(sheet).toContainText('Autoliquidation (art. 283 du CGI)');
  await page.emulateMedia({ media: 'print' });
  await expect(sheet.getByRole('cell', { name: 'Autoliquidation', exact: true })).toHaveCount(2);

  await page.emulateMedia({ media: 'screen' });
  await open(page, '/');
  const byRate = page.getByRole('table', { name: 'TVA facturée', exact: true });
  await expect(
    byRate.getByRole('rowheader', { name: 'Autoliquidation', exact: true }),
  ).toBeVisible();
});

test('a product says why it bears no VAT', async ({ page }) => {
  const name = unique('Cours');
  await page.goto('/products/new');
  await page.getByLabel('Désignation').fill(name);
  await page.getByLabel('Référence').fill(unique('COU'));
  await page.getByLabel('TVA', { exact: true }).selectOption('Exonéré');
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByRole('region', { name: 'Stock', exact: true })).toContainText(
    /TVA\s*Exonéré/,
  );
  await page.getByRole('link', { name: 'Modifier', exact: true }).click();
  await expect(page.getByLabel('TVA', { exact: true })).toHaveValue('E 0');
});
