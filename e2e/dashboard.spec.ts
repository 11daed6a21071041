import { expect, follow, test } from './fixtures.ts';

test('each figure leads to the invoices behind it', async ({ page, request, newInvoice }) => {
  const invoice = await newInvoice({ quantity: '3' });
  const paid = await request.post(`/api/invoices/${invoice.id}/payments`, {
    headers: { 'if-match': `"${invoice.version}"` },
    data: { amountMinor: 1200, paidOn: invoice.issueDate },
  });
  expect(paid.status(), await paid.text()).toBe(201);

  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tableau de bord');
  const month = page.getByRole('list', { name: 'Par mois, TTC' }).getByRole('link').last();
  await expect(month).toHaveAccessibleName(/facturés, .*encaissés/);
  await expect(page.getByRole('table', { name: 'TVA facturée' })).toContainText(
    '20 %'.replace(' ', '\u202f'),
  );

  for (const figure of ['Facturé', 'Encaissé', 'Reste à encaisser']) {
    await page.goto('/');
    await page.getByRole('link', { name: new RegExp(`^${figure} `) }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Factures');
    await page.getByLabel('Rechercher une facture').fill(invoice.number ?? '');
    await expect(page.getByRole('link', { name: invoice.number ?? '' })).toBeVisible();
  }
  await page.goto('/');
  await page.getByRole('link', { name: /^En retard / }).click();
  await expect(page).toHaveURL(/state=overdue/);
  await page.goto('/');
  await month.click();
  await expect(page).toHaveURL(/issuedFrom=\d{4}-\d\d-01&issuedTo=/);
});

test('the figures are taken along as a file for a spreadsheet', async ({ page, newInvoice }) => {
  await newInvoice();
  await page.goto('/');
  await page.getByRole('button', { name: 'Exporter (CSV)' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'TVA', exact: true }).click();
  const file = await (await download).path();
  expect(await Bun.file(file).text()).toMatch(
    /Mois;Monnaie;Catégorie de TVA;Taux de TVA \(%\)[\s\S]*;EUR;S;20,00;/,
  );
});

test('the period and the currency stand in the address', async ({ page, newInvoice }) => {
  await newInvoice();
  await newInvoice({ currency: 'CHF' });
  await page.goto('/');
  await page.getByLabel('Période', { exact: true }).selectOption('L’année dernière');
  await expect(page).toHaveURL(/period=last-year/);
  await expect(page.getByRole('list', { name: 'Par mois, TTC' }).getByRole('link')).toHaveCount(12);
  await page.getByLabel('Période', { exact: true }).selectOption('Autre période');
  await page.getByLabel('Du mois du').fill('2026-01-15');
  await page.getByLabel('au mois du').fill('2026-02-15');
  await expect(page).toHaveURL(/from=2026-01-01/);
  await expect(page.getByRole('list', { name: 'Par mois, TTC' }).getByRole('link')).toHaveCount(2);
  const currency = page.getByLabel('Monnaie');
  await expect(currency.getByRole('option', { name: 'GBP' })).toHaveCount(0);
  await currency.selectOption('CHF');
  await expect(page.getByRole('main')).toContainText(/\d,\d\d\sCHF/);
  await page.reload();
  await expect(currency).toHaveValue('CHF');
  await page.goto('/?currency=GBP');
  await expect(page.getByText('Aucune facture émise dans cette monnaie')).toBeVisible();
  await expect(currency).toHaveValue('GBP');
});

test('what is low in stock is named, and leads to its page', async ({ page, newProduct }) => {
  const product = await newProduct({ initialQuantity: '0', lowStockThreshold: '1' });
  await page.goto('/');
  const low = page.getByRole('list', { name: 'Stock bas' });
  await expect(low.getByRole('link').first()).toBeVisible();
  await page.goto(`/products?lowStock=true&q=${encodeURIComponent(product.name)}`);
  await follow(page.getByRole('link', { name: product.name }), product.name);
});
