import type { Locator, Page } from '@playwright/test';

import { chooseAction, expect, follow, post, test, unique } from './fixtures.ts';

/** Opens the dialog and waits until it has put the focus, which would else take over what is typed. */
async function openStockDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Ajuster le stock' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Motif')).toBeFocused();
  return dialog;
}

test('a product is added with its stock, receives more, and the ledger tells', async ({ page }) => {
  const name = unique('Lampe');
  await page.goto('/products');
  await follow(page.getByRole('link', { name: 'Nouveau produit' }).first(), 'Nouveau produit');
  await page.getByLabel('Référence').fill(unique('L'));
  await page.getByLabel('Désignation').fill(name);
  await page.getByLabel('Prix unitaire HT').fill('49,90');
  await page.getByLabel('Quantité initiale').fill('12');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);

  await page.goto(`/products?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('table')).toContainText('49,90');
  await follow(page.getByRole('link', { name }), name);
  const dialog = await openStockDialog(page);
  await dialog.getByLabel('Motif').selectOption('Correction');
  await dialog.getByLabel('Variation').fill('-2,5');
  await dialog.getByLabel('Note').fill('Cassées');
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Cassées')).toBeVisible();
  const onHand = page.getByTestId('stock').getByRole('definition').first();
  await expect(onHand).toHaveText('9,5');

  // Counted: the ledger says what differed, the stock is what was counted.
  await openStockDialog(page);
  await dialog.getByLabel('Motif').selectOption('Inventaire');
  await dialog.getByLabel('Quantité comptée').fill('9');
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(dialog).toBeHidden();
  const counted = page.getByRole('row').filter({ hasText: 'Inventaire' });
  await expect(counted).toContainText('−0,5');
  await expect(onHand).toHaveText('9');
});

test('a product is priced in a currency of its own', async ({ page }) => {
  const name = unique('Câble');
  await page.goto('/products/new');
  await page.getByLabel('Référence').fill(unique('C'));
  await page.getByLabel('Désignation').fill(name);
  await page.getByLabel('Prix unitaire HT').fill('12,5');
  await page.getByLabel('Monnaie').selectOption({ label: 'Franc suisse (CHF)' });
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByRole('main')).toContainText(/12,50\sCHF/);
});

test('stock never falls below zero: the refusal stands in the dialog', async ({
  page,
  newProduct,
}) => {
  const product = await newProduct({ initialQuantity: '2' });
  await page.goto(`/products/${product.id}`);
  const dialog = await openStockDialog(page);
  await dialog.getByLabel('Motif').selectOption('Correction');
  await dialog.getByLabel('Variation').fill('-3');
  await dialog.getByLabel('Note').fill('Casse');
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(dialog.getByText('Stock insuffisant')).toBeVisible();
  await expect(dialog.getByLabel('Variation')).toHaveValue('-3');
});

test('a reference that is taken is said at its field', async ({ page, newProduct }) => {
  const product = await newProduct();
  await page.goto('/products/new');
  await page.getByLabel('Référence').fill(product.sku);
  await page.getByLabel('Désignation').fill('Autre');
  await page.getByLabel('Prix unitaire HT').fill('1');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Déjà pris')).toBeVisible();
});

test('what is low in stock is marked and found', async ({ page, newProduct }) => {
  const low = await newProduct({ initialQuantity: '1', lowStockThreshold: '2' });
  await page.goto(`/products?q=${encodeURIComponent(low.name)}`);
  await expect(page.getByRole('table').getByText('Stock bas')).toBeVisible();
  await page.goto('/products');
  await page.getByRole('button', { name: 'Stock bas', exact: true }).click();
  await expect(page).toHaveURL(/lowStock=true/);
  await page.getByLabel('Rechercher un produit').fill(low.name);
  await expect(page).toHaveURL(/q=Produit/);
  await expect(page.getByRole('link', { name: low.name })).toBeVisible();

  await follow(page.getByRole('link', { name: low.name }), low.name);
  await chooseAction(page, 'Archiver');
  await expect(page.getByText('Ce produit n’apparaît plus dans les listes.')).toBeVisible();
});

test('a product that was sold is not deleted, and it is said by how many invoices', async ({
  page,
  request,
  newInvoice,
}) => {
  const { lines, customerId } = await newInvoice();
  const productId = lines[0]?.productId ?? '';
  await post(request, '/api/invoices', { customerId, lines: [{ productId, quantity: '1' }] });
  await page.goto(`/products/${productId}`);
  await chooseAction(page, 'Supprimer');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click();
  await expect(page.getByRole('alert')).toContainText(
    'il figure sur 1 facture et 1 brouillon. Archivez-le',
  );
});
