import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { type Credit, creditedNow, type CreditedQuantities, creditOf } from './credits.ts';
import type { Invoice } from './invoice-contract.ts';
import { type AmountLine, computeTotals } from './totals.ts';
import { vatKey } from './vat-groups.ts';

/** As much of an invoice as crediting it looks at. */
function invoiceOf(
  lines: readonly AmountLine[],
  terms: { discountBp?: number; pricesIncludeVat?: boolean } = {},
): Invoice {
  const { lines: nets, totals } = computeTotals({ currency: 'EUR', lines, ...terms });
  const full = lines.map((line, index) => ({ ...line, netMinor: nets[index]?.netMinor ?? 0 }));
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the rest is not read
  return {
    ...terms,
    currency: 'EUR',
    number: 'F2026-00001',
    lines: full,
    totals,
  } as unknown as Invoice;
}

const sum = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0);

const plus = (one: CreditedQuantities, other: CreditedQuantities): CreditedQuantities =>
  new Map(
    [...one.keys(), ...other.keys()].map((line) => [
      line,
      (one.get(line) ?? 0n) + (other.get(line) ?? 0n),
    ]),
  );

test('VAT is what is left of the invoice, not rounded for each note: 334.99 and never 335.00', () => {
  const invoice = invoiceOf([
    { quantity: '3', unitPrice: '93.055', discountBp: 0, vatRateBp: 2000, vatCategory: 'S' },
  ]);
  let before: CreditedQuantities = new Map();
  let gross = 0;
  for (let n = 0; n < 3; n += 1) {
    const now = creditedNow(invoice, before, [{ line: 0, quantity: '1' }]);
    gross += creditOf(invoice, before, now).totals.grossMinor;
    before = plus(before, now);
  }
  expect(gross).toBe(invoice.totals.grossMinor);
  expect(gross).toBe(33_500);
});

test('credit notes in random parts add up to the invoice, by VAT group and in all', () => {
  const amount = fc.record({
    quantity: fc.integer({ min: 1, max: 20_000 }).map((n) => (n / 1000).toFixed(3)),
    unitPrice: fc.integer({ min: 0, max: 99_999_999 }).map((n) => (n / 1e6).toFixed(6)),
    discountBp: fc.integer({ min: 0, max: 10_000 }),
  });
  const vat = fc.constantFrom(
    ...[210, 550, 1000, 2000].map((vatRateBp) => ({ vatCategory: 'S' as const, vatRateBp })),
    ...(['Z', 'E', 'AE'] as const).map((vatCategory) => ({ vatCategory, vatRateBp: 0 })),
  );
  const line = fc.tuple(amount, vat).map(([amount, vat]) => ({ ...amount, ...vat }));
  const part = fc.record({ line: fc.nat(4), permille: fc.integer({ min: 1, max: 1000 }) });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.array(part, { maxLength: 8 }),
      fc.record({
        discountBp: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 })),
        pricesIncludeVat: fc.boolean(),
      }),
      (lines, parts, terms) => {
        const invoice = invoiceOf(lines, terms);
        let before: CreditedQuantities = new Map();
        const notes: Credit[] = [];
        const credit = (asked?: { line: number; quantity: string }[]) => {
          const now = creditedNow(invoice, before, asked);
          notes.push(creditOf(invoice, before, now));
          before = plus(before, now);
        };
        for (const { line, permille } of parts) {
          const whole = invoice.lines[line]?.quantity;
          if (whole === undefined) continue;
          const left = Math.round(Number(whole) * 1000) - Number(before.get(line) ?? 0n);
          const share = Math.floor((left * permille) / 1000);
          if (share > 0) credit([{ line, quantity: (share / 1000).toFixed(3) }]);
        }
        const isWhole = invoice.lines.every(
          (line, index) => before.get(index) === BigInt(Math.round(Number(line.quantity) * 1000)),
        );
        if (!isWhole) credit();

        for (const key of ['netMinor', 'vatMinor', 'grossMinor'] as const) {
          expect(sum(notes.map(({ totals }) => totals[key]))).toBe(invoice.totals[key]);
        }
        for (const whole of invoice.totals.vat) {
          const groups = notes.flatMap(({ totals }) =>
            totals.vat.filter((group) => vatKey(group) === vatKey(whole)),
          );
          expect(sum(groups.map((group) => group.vatMinor))).toBe(whole.vatMinor);
          expect(sum(groups.map((group) => group.baseMinor))).toBe(whole.baseMinor);
        }
        for (const note of notes) expectConsistent(invoice, note);
        expectWhole(invoice, notes);
        expect(() => creditedNow(invoice, before, undefined)).toThrow('Nothing is left');
      },
    ),
  );
});

test('a line of a note is never less than nothing, and in whatever order lines are named it is the same', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 2, max: 9 }).map(String),
    unitPrice: fc.integer({ min: 0, max: 999 }).map((n) => (n / 100).toFixed(2)),
    discountBp: fc.constantFrom(0, 500, 3333),
    vatRateBp: fc.constantFrom(550, 2000),
    vatCategory: fc.constant('S' as const),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 3, maxLength: 9 }), fc.boolean(), (wanted, isWith) => {
      const invoice = invoiceOf(wanted, { pricesIncludeVat: isWith });
      const some = invoice.lines.map((_, index) => ({ line: index, quantity: '1' }));
      const before = creditedNow(invoice, new Map(), some.slice(1));
      const noteOf = (asked: typeof some) =>
        creditOf(invoice, before, creditedNow(invoice, before, asked));
      const note = noteOf(some.slice(0, 2));
      expect(noteOf(some.slice(0, 2).toReversed())).toEqual(note);
      const lines = [...creditOf(invoice, new Map(), before).lines, ...note.lines];
      const nets = lines.map(({ netMinor }) => netMinor);
      expect(Math.min(...nets)).toBeGreaterThanOrEqual(0);
    }),
  );
});

/** Where prices include VAT only the VAT groups add up: cents move between their lines. */
function expectWhole({ lines, pricesIncludeVat }: Invoice, notes: readonly Credit[]): void {
  if (pricesIncludeVat) return;
  const credited = notes.flatMap((note) => note.lines);
  lines.forEach(({ netMinor }, index) => {
    const nets = credited.filter(({ line }) => line === index).map((line) => line.netMinor);
    expect(sum(nets)).toBe(netMinor);
  });
}

/** Its parts are its totals; it says something of the VAT groups that it credits only, and never less than nothing. */
function expectConsistent(invoice: Invoice, { lines, totals }: Credit): void {
  const { netMinor, vatMinor, grossMinor, discountMinor, vat } = totals;
  expect(sum(lines.map((line) => line.netMinor))).toBe(netMinor + discountMinor);
  expect(sum(vat.map((group) => group.vatMinor))).toBe(vatMinor);
  expect(grossMinor).toBe(netMinor + vatMinor);
  const credited = new Set(lines.map(({ line }) => vatKey(invoice.lines[line]!)));
  for (const group of vat) {
    expect(credited).toContain(vatKey(group));
    expect(Math.min(group.baseMinor, group.vatMinor)).toBeGreaterThanOrEqual(0);
  }
}
