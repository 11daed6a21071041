import type { Invoice } from 'billing/invoice-contract';

import { chooseAction, expect, follow, read, test, unique } from './fixtures.ts';

test('a customer is added, found without accents, changed and deleted', async ({ page }) => {
  const word = unique('Hélène');
  await page.goto('/');
  await follow(
    page.getByRole('navigation').getByRole('link', { name: 'Clients', exact: true }),
    'Clients',
  );
  await follow(page.getByRole('link', { name: 'Nouveau client' }).first(), 'Nouveau client');
  await page.getByLabel('Nom', { exact: true }).fill(word);
  await page.getByLabel('E-mail').fill('helene@example.com');
  await page.getByLabel('Ville').fill('Besançon');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText(`Client « ${word} » ajouté`)).toBeVisible();

  await page.goto('/customers');
  await page
    .getByLabel('Rechercher un client')
    .fill(word.toLowerCase().replaceAll('é', 'e').replaceAll('è', 'e'));
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/[?&]q=helene/);
  await follow(page.getByRole('link', { name: word }), word);
  await expect(page.getByRole('region', { name: 'Contact' })).toContainText('Besançon');
  await expect(page.getByText('Aucune facture pour ce client').first()).toBeVisible();

  await page.getByRole('link', { name: 'Modifier', exact: true }).click();
  await page.getByLabel('Ville').fill('Dole');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText(`Client « ${word} » enregistré`)).toBeVisible();
  const history = page.getByRole('list', { name: 'Historique' });
  await expect(history).toContainText(/Modification[\s\S]*VilleBesançon\s*→\s*Dole/);

  await chooseAction(page, 'Supprimer');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click();
  await expect(page.getByText(`Client « ${word} » supprimé`)).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(word)}`);
  await expect(page.getByText('Aucun résultat')).toBeVisible();
});

test('a customer with invoices is kept: archived, restored, anonymised, never deleted', async ({
  page,
  request,
  newCustomer,
  newInvoice,
}) => {
  const customer = await newCustomer();
  const invoice = await newInvoice({ customerId: customer.id });
  await page.goto(`/customers/${customer.id}`);
  await expect(page.getByRole('region', { name: 'Solde' })).toContainText(/12,00\s€/);
  await expect(page.getByRole('link', { name: invoice.number ?? '' })).toBeVisible();

  await chooseAction(page, 'Supprimer');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click();
  await expect(page.getByRole('alert')).toContainText('il figure sur 1 facture. Archivez-le');

  await chooseAction(page, 'Archiver');
  await expect(page.getByText('Ce client n’apparaît plus dans les listes.')).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(customer.name)}`);
  await expect(page.getByText('Aucun résultat')).toBeVisible();
  await page.getByRole('button', { name: 'Archivés', exact: true }).click();
  await follow(page.getByRole('link', { name: customer.name }), customer.name);
  await chooseAction(page, 'Restaurer');
  await expect(page.getByText('Ce client n’apparaît plus dans les listes.')).toBeHidden();

  await chooseAction(page, 'Anonymiser');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Anonymiser' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Client anonymisé');
  const kept = await read<Invoice>(request, `/api/invoices/${invoice.id}`);
  expect(kept.buyer.name).toBe(customer.name);
});

test('a form says at the field what is wrong, and keeps what was typed', async ({ page }) => {
  await page.goto('/customers/new');
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByLabel('SIREN').fill('12');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Adresse e-mail incorrecte')).toBeVisible();
  await expect(page.getByText('Un SIREN compte neuf chiffres')).toBeVisible();
  await expect(page.getByText('Champ obligatoire')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue('nobody');
  await expect(page).toHaveURL(/\/customers\/new$/);
});

test("nobody overwrites another's change unseen", async ({ page, request, newCustomer }) => {
  const customer = await newCustomer();
  await page.goto(`/customers/${customer.id}/edit`);
  await expect(page.getByLabel('Nom', { exact: true })).toHaveValue(customer.name);
  const elsewhere = await request.patch(`/api/customers/${customer.id}`, {
    headers: { 'if-match': `"${customer.version}"` },
    data: { city: 'Brest', phone: '01 23 45' },
  });
  expect(elsewhere.status()).toBe(200);

  await page.getByLabel('Ville').fill('Lyon');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('alert')).toContainText('Quelqu’un d’autre a modifié cet élément');
  await expect(page.getByRole('alert')).toContainText('Brest');
  await page.getByRole('button', { name: 'Garder mes modifications' }).click();
  await expect(page.getByLabel('Ville')).toHaveValue('Lyon');
  await expect(page.getByLabel('Téléphone')).toHaveValue('01 23 45');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('region', { name: 'Contact' })).toContainText('Lyon');
  await expect(page.getByRole('region', { name: 'Contact' })).toContainText('01 23 45');
});

test('a list is sorted and paged by the server, and its address says how', async ({
  page,
  newCustomer,
}) => {
  const word = unique('Page');
  for (const number of [3, 1, 2]) await newCustomer(`${word} ${number}`);
  await page.goto(`/customers?q=${encodeURIComponent(word)}&sort=-name`);
  const names = page.getByRole('table').getByRole('link');
  await expect(names).toHaveText([`${word} 3`, `${word} 2`, `${word} 1`]);
  await page.getByRole('button', { name: 'Nom', exact: true }).click();
  await expect(names).toHaveText([`${word} 1`, `${word} 2`, `${word} 3`]);
  await expect(page.getByRole('columnheader', { name: 'Nom', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
});
