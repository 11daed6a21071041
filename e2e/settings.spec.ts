import type { Settings } from 'billing/settings-contract';

import { expect, read, test } from './fixtures.ts';

test('what the company says about itself stands on the next invoice', async ({
  page,
  newInvoice,
}) => {
  await page.goto('/settings');
  await expect(page.getByLabel('Pénalités de retard (% par an)')).toHaveValue('12');
  await page.getByLabel('Dénomination sociale').fill('Lumières du Rhône');
  await page.getByLabel('Forme juridique').fill('SARL');
  await page.getByLabel('Capital social').fill('10 000 €');
  await page.getByLabel('SIREN').fill('81');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Un SIREN compte neuf chiffres')).toBeVisible();
  await expect(page.getByLabel('SIREN')).toBeFocused();
  await page.getByLabel('SIREN').fill('732829320');
  await page.getByLabel('RCS').fill('Lyon');
  await page.getByLabel('Taux de TVA (%)').fill('5,5 ; 20');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Réglages enregistrés')).toBeVisible();

  await page.reload();
  await expect(page.getByLabel('Taux de TVA (%)')).toHaveValue('20 ; 5,5');
  await page.goto('/products/new');
  await expect(page.getByLabel('TVA', { exact: true }).getByRole('option')).toHaveText([
    /^20\s%$/,
    /^5,5\s%$/,
    /^0\s%$/,
    'Exonéré',
    'Autoliquidation',
    'Livraison intracommunautaire',
    'Exportation',
    'Hors champ',
  ]);
  const invoice = await newInvoice();
  await page.goto(`/invoices/${invoice.id}`);
  const sheet = page.getByRole('article', { name: 'Document' });
  await expect(sheet).toContainText('Lumières du Rhône');
  await expect(sheet).toContainText('Pénalités de retard');
  await expect(sheet).toContainText(/40,00\s€/);
});

test('settings that somebody else changed meanwhile are shown, not overwritten', async ({
  page,
  request,
}) => {
  await page.goto('/settings');
  await page.getByLabel('Téléphone').fill('04 99 00 12 34');
  const { version, updatedAt: _, ...settings } = await read<Settings>(request, '/api/settings');
  const elsewhere = await request.put('/api/settings', {
    headers: { 'if-match': `"${version}"` },
    data: { ...settings, seller: { ...settings.seller, city: 'Villeurbanne' } },
  });
  expect(elsewhere.status(), await elsewhere.text()).toBe(200);

  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('alert')).toContainText(/Ville[\s\S]*Villeurbanne/);
  await page.getByRole('button', { name: 'Prendre sa version' }).click();
  await expect(page.getByLabel('Ville', { exact: true })).toHaveValue('Villeurbanne');
  await expect(page.getByLabel('Téléphone')).not.toHaveValue('04 99 00 12 34');
});
