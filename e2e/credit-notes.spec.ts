import type { CreditNote } from 'billing/credit-contract';
import type { Invoice } from 'billing/invoice-contract';
import type { Product } from 'inventory/contract';

import { chooseAction, expect, follow, post, read, test } from './fixtures.ts';

test('an invoice is credited in part, then as a whole, and its goods come back', async ({
  page,
  request,
  newInvoice,
}) => {
  const invoice = await newInvoice({ quantity: '3' });
  const [line] = invoice.lines;
  await page.goto(`/invoices/${invoice.id}`);

  await chooseAction(page, 'Faire un avoir');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'Une partie seulement' }).click();
  await dialog.getByLabel('Quantité à reprendre, ligne 1').fill('4');
  await dialog.getByLabel('Motif de l’avoir').fill('Une de trop');
  await dialog.getByRole('button', { name: 'Émettre l’avoir' }).click();
  await expect(dialog.getByText('De 0 à 3')).toBeVisible();
  await dialog.getByLabel('Quantité à reprendre, ligne 1').fill('1');
  await dialog.getByRole('button', { name: 'Émettre l’avoir' }).click();
  await expect(dialog).toBeHidden();
  const notes = page.getByRole('table', { name: 'Avoirs' });
  await expect(notes).toContainText(/Une de trop\s*12,00\s€/);
  await expect(page.getByRole('article')).toContainText(/Reste à payer\s*24,00\s€/);
  const onHand = async () =>
    (await read<Product>(request, `/api/products/${line?.productId}`)).onHand;
  await expect.poll(onHand).toBe('3.000');

  await page.goto('/invoices?state=credited');
  await expect(page.getByRole('row').filter({ hasText: invoice.number ?? '' })).toContainText(
    'Avec avoir',
  );
  await page.goBack();

  const number = (await notes.getByRole('link').textContent())?.trim() ?? '';
  await follow(notes.getByRole('link'), `Avoir ${number}`);
  const sheet = page.getByRole('article');
  await expect(sheet).toContainText(invoice.number ?? '');
  await expect(sheet).toContainText('Motif : Une de trop');
  await page.getByRole('link', { name: 'Facture', exact: true }).click();

  await chooseAction(page, 'Faire un avoir');
  await dialog.getByLabel('Motif de l’avoir').fill('Commande annulée');
  await dialog.getByRole('switch', { name: 'Remettre les produits en stock' }).click();
  await dialog.getByRole('button', { name: 'Émettre l’avoir' }).click();
  await expect(notes.getByRole('link')).toHaveCount(2);
  await expect(page.getByRole('article')).toContainText(/Reste à payer\s*0,00\s€/);
  await expect(page.getByRole('list', { name: 'Historique' })).toContainText('Émission');
  const { items } = await read<{ items: CreditNote[] }>(
    request,
    `/api/invoices/${invoice.id}/credit-notes?sort=-createdAt`,
  );
  expect(items.map(({ restock }) => restock)).toEqual([false, true]);
});

test('a credit note says whether its prices are with VAT, as its invoice does', async ({
  page,
  request,
  newCustomer,
  newProduct,
}) => {
  const draft = await post<Invoice>(request, '/api/invoices', {
    customerId: (await newCustomer()).id,
    pricesIncludeVat: true,
    lines: [{ productId: (await newProduct()).id, quantity: '1' }],
  });
  const url = `/api/invoices/${draft.id}`;
  const issued = await request.post(`${url}/finalize`, {
    headers: { 'if-match': `"${draft.version}"` },
  });
  expect(issued.status(), await issued.text()).toBe(200);
  const credited = await request.post(`${url}/credit-notes`, {
    headers: { 'if-match': '*' },
    data: { reason: 'Rendu', restock: true },
  });
  expect(credited.status(), await credited.text()).toBe(201);
  const note: CreditNote = await credited.json();
  await page.goto(`/invoices/${draft.id}/credit-notes/${note.id}`);
  await expect(page.getByRole('columnheader', { name: 'Prix unitaire TTC' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Lignes' })).toContainText(/12,00\s€/);
});

test('an invoice is paid in parts, given up, and paid after all', async ({ page, newInvoice }) => {
  const invoice = await newInvoice({ quantity: '2' });
  await page.goto(`/invoices/${invoice.id}`);
  const pay = async (amount?: string) => {
    await page.getByRole('button', { name: 'Enregistrer un paiement' }).click();
    const dialog = page.getByRole('dialog');
    if (amount) await dialog.getByLabel('Montant').fill(amount);
    await dialog.getByRole('button', { name: 'Enregistrer' }).click();
    await expect(dialog).toBeHidden();
  };
  await pay('4,00');
  const sheet = page.getByRole('article');
  await expect(sheet).toContainText('Partiellement payée');
  await expect(sheet).toContainText(/Reste à payer\s*20,00\s€/);

  await chooseAction(page, 'Déclarer irrécouvrable');
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: 'Déclarer irrécouvrable' })
    .click();
  await expect(sheet).toContainText('Irrécouvrable');
  await pay();
  await expect(sheet).toContainText('Payée');
  await expect(page.getByRole('table', { name: 'Paiements' }).getByRole('row')).toHaveCount(3);
  const history = page.getByRole('list', { name: 'Historique' });
  await expect(history).toContainText(/StatutÀ payer\s*→\s*Irrécouvrable/);
});

test('a void invoice says so, and its goods come back when asked', async ({
  page,
  request,
  newInvoice,
}) => {
  const invoice = await newInvoice({ quantity: '2' });
  await page.goto(`/invoices/${invoice.id}`);
  await chooseAction(page, 'Annuler la facture');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Raison de l’annulation').fill('Doublon');
  await dialog.getByRole('button', { name: 'Annuler la facture' }).click();
  await expect(page.getByText('Annulée : rien n’est dû')).toBeVisible();
  const product = `/api/products/${invoice.lines[0]?.productId}`;
  await expect.poll(async () => (await read<Product>(request, product)).onHand).toBe('5.000');
});

test('on paper an invoice speaks its own language and shows nothing else', async ({
  page,
  newInvoice,
}) => {
  const invoice = await newInvoice();
  await page.goto(`/invoices/${invoice.id}`);
  await page.getByRole('button', { name: 'Langue' }).first().click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.getByRole('article')).toContainText('Total incl. VAT');
  await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
  await page.emulateMedia({ media: 'print' });
  const sheet = page.getByRole('article');
  await expect(sheet).toContainText(`Facture ${invoice.number}`);
  await expect(sheet).toContainText('Total TTC');
  await expect(sheet).toContainText('Indemnité forfaitaire');
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(0);
  await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
  await expect(sheet).toContainText('Total incl. VAT');
});
