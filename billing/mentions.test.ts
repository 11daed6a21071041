import { afterAll, expect, test } from 'bun:test';

import { pointersOf, RECENT, testBillingApi } from './testing-api.ts';

const api = await testBillingApi();
const { add, billing, credit, draftOf, finalize, issue, product, put, read, send } = api;

afterAll(api.stop);

const seller = { name: 'Ateliers Dupont', legalForm: 'SARL', capital: '10 000 €', rcs: 'Lyon' };

test('an invoice names the seller and the mentions of the day of its issue, for ever', async () => {
  const free = [{ productId: product.id, quantity: '1', vatRateBp: 0 }];
  const draft = await add({ lines: free });
  expect(draft).toMatchObject({ seller: null, mentions: [], language: null });
  const vatExemption = 'TVA non applicable, art. 293 B du CGI';
  expect((await put({ seller, vatExemption })).body).toMatchObject({ seller, vatExemption });
  const issued = await issue({ lines: free });
  expect(issued).toMatchObject({ seller, language: 'fr' });
  expect(issued.mentions.map((mention) => mention.replaceAll(/\s/g, ' '))).toEqual([
    'Nature de l’opération : livraison de biens',
    vatExemption,
    'Pénalités de retard : 12 % par an',
    'Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40,00 €',
    "Pas d'escompte pour paiement anticipé",
  ]);
  const none = { earlyPayment: '', latePenaltyBp: 0, recoveryFeeMinor: 0, language: 'en' };
  await put({ seller: { name: 'Other' }, ...none });
  expect(await read(issued.id)).toEqual(issued);
  const note = await credit(issued.id);
  // What it was exempt for is no longer in the settings, and still on the invoice.
  expect(note.body.mentions).toEqual([
    `Exempt from VAT for the reason that invoice ${issued.number} gives`,
  ]);
  expect(note.body).toMatchObject({ seller: { name: 'Other' }, language: 'en' });
  expect(await issue()).toMatchObject({
    seller: { name: 'Other' },
    mentions: ['Nature of the operation: supply of goods'],
  });
});

test('a mention about VAT goes with the rates of the lines, not with what the VAT comes to', async () => {
  const vatExemption = 'TVA non applicable, art. 293 B du CGI';
  const onDebits = 'Option pour le paiement de la taxe d’après les débits';
  const none = { earlyPayment: '', latePenaltyBp: 0, recoveryFeeMinor: 0 };
  await put({ seller, vatExemption, vatOnDebits: true, ...none });
  const line = { productId: product.id, quantity: '1', unitPrice: '0.01' };
  const free = { ...line, vatRateBp: 0 };
  const mentionsOf = async (lines: object[]) => (await issue({ lines })).mentions.slice(1);
  expect(await mentionsOf([line])).toEqual([onDebits]);
  expect(await mentionsOf([free])).toEqual([vatExemption]);
  const both = await issue({ lines: [line, free] });
  expect(both.mentions.slice(1)).toEqual([vatExemption, onDebits]);
  const note = await credit(both.id, { lines: [{ line: 1, quantity: '1' }] });
  expect(note.body.mentions).toEqual([vatExemption]);
  await put({ seller });
});

test('an invoice says whether it sells goods, services or both, and where and when they went', async () => {
  const service = await billing.addProduct({ trackStock: false, initialQuantity: '0' });
  const goods = { productId: product.id, quantity: '1' };
  const work = { productId: service.id, quantity: '1' };
  expect((await add({ lines: [] })).operation).toBeNull();
  const draft = await add({
    lines: [work],
    deliveredOn: RECENT,
    deliveryAddress: 'Quai 3',
  });
  expect(draft).toMatchObject({ operation: 'services', deliveredOn: RECENT });
  const patch = async (body: object) =>
    (await send(`PATCH /invoices/${draft.id}`, { body, ifMatch: '*' })).body;
  expect(await patch({ deliveredOn: null })).toMatchObject({
    deliveredOn: null,
    deliveryAddress: 'Quai 3',
    operation: 'services',
  });
  const far = '2099-01-01';
  for (const refused of [
    await send('POST /invoices', { body: draftOf({ deliveredOn: far }) }),
    await send(`PUT /invoices/${draft.id}`, {
      body: draftOf({ deliveredOn: far }),
      ifMatch: '*',
    }),
    await send(`PATCH /invoices/${draft.id}`, { body: { deliveredOn: far }, ifMatch: '*' }),
  ]) {
    expect([refused.status, pointersOf(refused.body)]).toEqual([422, ['/deliveredOn']]);
  }
  expect(await patch({ lines: [work, goods] })).toMatchObject({ operation: 'both' });
  const { body: issued } = await finalize(draft.id);
  expect(issued).toMatchObject({ operation: 'both', deliveryAddress: 'Quai 3' });
  expect(issued.mentions[0]).toBe(
    'Nature de l’opération : livraison de biens et prestation de services',
  );
  expect((await add({ lines: [goods] })).operation).toBe('goods');
});
