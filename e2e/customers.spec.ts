import { expect, follow, test, unique } from './fixtures.ts';

test('a customer is added, found without accents, changed and deleted', async ({ page }) => {
  const word = unique('Hélène');
  await page.goto('/');
  await follow(page.getByRole('link', { name: 'Clients' }).first(), 'Clients');
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

  await page.getByLabel('Ville').fill('Dole');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText(`Client « ${word} » enregistré`)).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(word)}`);
  await follow(page.getByRole('link', { name: word }), word);
  await expect(page.getByLabel('Ville')).toHaveValue('Dole');

  await page.getByRole('button', { name: 'Supprimer' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click();
  await expect(page.getByText(`Client « ${word} » supprimé`)).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(word)}`);
  await expect(page.getByText('Aucun résultat')).toBeVisible();
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
  await page.goto(`/customers/${customer.id}`);
  await expect(page.getByLabel('Nom', { exact: true })).toHaveValue(customer.name);
  const elsewhere = await request.patch(`/api/customers/${customer.id}`, {
    headers: { 'if-match': `"${customer.version}"` },
    data: { city: 'Brest' },
  });
  expect(elsewhere.status()).toBe(200);

  await page.getByLabel('Ville').fill('Lyon');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('alert')).toContainText('Quelqu’un d’autre a modifié cet élément');
  await page.getByRole('button', { name: 'Recharger' }).click();
  await expect(page.getByLabel('Ville')).toHaveValue('Brest');
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
  await page.getByRole('button', { name: 'Nom' }).click();
  await expect(names).toHaveText([`${word} 1`, `${word} 2`, `${word} 3`]);
  await expect(page.getByRole('columnheader', { name: 'Nom' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
});
