import type { Locator, Page } from '@playwright/test';

import { expect, follow, test, unique } from './fixtures.ts';

/** Opens the dialog and waits until it has put the focus, which would else take over what is typed. */
async function openStockDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Ajuster le stock' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Variation')).toBeFocused();
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
  await expect(page.getByText(`Produit « ${name} » ajouté`)).toBeVisible();

  await page.goto(`/products?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('table')).toContainText('49,90');
  await follow(page.getByRole('link', { name }), name);
  const dialog = await openStockDialog(page);
  await dialog.getByLabel('Variation').fill('-2,5');
  await dialog.getByLabel('Motif').selectOption('Correction');
  await dialog.getByLabel('Note').fill('Cassées');
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Cassées')).toBeVisible();
  await expect(page.getByText('9,5').first()).toBeVisible();

  const count = await openStockDialog(page);
  await count.getByLabel('Motif').selectOption('Inventaire');
  await count.getByLabel('Quantité comptée').fill('11');
  await count.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText(`+1,5 sur « ${name} »`)).toBeVisible();
});

test('stock never falls below zero: the refusal stands in the dialog', async ({
  page,
  newProduct,
}) => {
  const product = await newProduct({ initialQuantity: '2' });
  await page.goto(`/products/${product.id}`);
  const dialog = await openStockDialog(page);
  await dialog.getByLabel('Variation').fill('-3');
  await dialog.getByLabel('Motif').selectOption('Correction');
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
  await expect(
    page
      .getByText('Déjà pris')
      .or(page.getByText('Un autre produit porte déjà cette référence'))
      .first(),
  ).toBeVisible();
});
