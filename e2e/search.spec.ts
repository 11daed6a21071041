import { expect, test, unique } from './fixtures.ts';

test('one search finds customers, products and invoices, with the keyboard alone', async ({
  page,
  newCustomer,
  newProduct,
  newInvoice,
  expectAccessible,
}) => {
  const word = unique('Zéphyr');
  const customer = await newCustomer(`${word} SARL`);
  const product = await newProduct({ name: `${word} lampe` });
  const invoice = await newInvoice({ customerId: customer.id });
  await page.goto('/services');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // Typed at once, before the search may be there.
  await page.keyboard.press('Control+k');
  await page.keyboard.type(word.toLowerCase().replace('é', 'e'));
  const box = page.getByRole('combobox', { name: 'Rechercher', exact: true });
  await expect(box).toHaveValue(word.toLowerCase().replace('é', 'e'));
  const options = page.getByRole('option');
  await expect(options).toHaveCount(3);
  await expect(page.getByRole('group', { name: 'Clients' })).toContainText(customer.name);
  await expect(page.getByRole('group', { name: 'Factures' })).toContainText(invoice.number ?? '');
  await expectAccessible();

  await page.keyboard.press('ArrowDown');
  await expect(options.filter({ hasText: product.name })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: product.name })).toBeFocused();

  await page.keyboard.press('/');
  await expect(box).toBeFocused();
  await page.keyboard.type(invoice.number ?? '');
  await expect(options.first()).toContainText(invoice.number ?? '');
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
});

test('while something is typed, and where it was turned off, the slash is a slash', async ({
  page,
}) => {
  await page.goto('/customers/new');
  await page.getByLabel('Nom', { exact: true }).focus();
  await page.keyboard.type('A/B');
  await expect(page.getByLabel('Nom', { exact: true })).toHaveValue('A/B');
  await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
  await page.getByLabel('La touche / ouvre la recherche').uncheck();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Rechercher', exact: true })).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('dialog')).toBeHidden();
});
