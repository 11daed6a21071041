import { describe, expect, test } from 'bun:test';

import { Big } from 'big.js';
import fc from 'fast-check';
import { categoryOfRate, VAT_CATEGORIES, type VatCategory } from 'inventory/vat-category';
import { currencyExponent } from 'platform/currency';

import { divideRounded, scaled } from './decimal.ts';
import { type AmountLine, computeTotals } from './totals.ts';
import { vatKey } from './vat-groups.ts';

const line = (
  quantity: string,
  unitPrice: string,
  discountBp = 0,
  vatRateBp = 2000,
  vatCategory: VatCategory = categoryOfRate(vatRateBp),
) => ({ quantity, unitPrice, discountBp, vatRateBp, vatCategory });

describe('golden cases', () => {
  test('the lines of the original add up to the cent', () => {
    const { totals } = computeTotals({
      currency: 'EUR',
      lines: [line('1', '3426.242'), line('1', '1023.136')],
    });
    expect(totals.netMinor).toBe(444_938);
  });

  test('VAT is computed on the sum of a rate, not per line', () => {
    const prices = ['10.33', '10.33', '10.34'];
    const { totals } = computeTotals({
      currency: 'EUR',
      lines: prices.map((price) => line('1', price, 0, 1000)),
    });
    expect(totals.vat).toEqual([
      { vatCategory: 'S', vatRateBp: 1000, baseMinor: 3100, vatMinor: 310 },
    ]);
    expect(totals.grossMinor).toBe(3410);
  });

  test('a half cent is rounded away from zero, where a binary float falls short of it', () => {
    // 8180 * 0.09975 is 815.9549999999999 in doubles.
    const { lines } = computeTotals({ currency: 'EUR', lines: [line('8180', '0.09975')] });
    expect(lines).toEqual([{ netMinor: 81_596 }]);
  });

  test('the discount is rounded on its own, so that the printed amounts add up', () => {
    const { lines } = computeTotals({ currency: 'EUR', lines: [line('1', '0.05', 5000)] });
    expect(lines).toEqual([{ netMinor: 2 }]);
  });

  test('groups stand by rate, lowest first, also at 0 %', () => {
    const { totals } = computeTotals({
      currency: 'EUR',
      lines: [line('1.5', '100', 0, 2000), line('2', '10', 0, 0), line('1', '10.005', 1000, 550)],
    });
    expect(totals).toEqual({
      netMinor: 17_901,
      discountMinor: 0,
      vat: [
        { vatCategory: 'Z', vatRateBp: 0, baseMinor: 2000, vatMinor: 0 },
        { vatCategory: 'S', vatRateBp: 550, baseMinor: 901, vatMinor: 50 },
        { vatCategory: 'S', vatRateBp: 2000, baseMinor: 15_000, vatMinor: 3000 },
      ],
      vatMinor: 3050,
      grossMinor: 20_951,
    });
  });

  test('what bears no VAT is told apart by why, in the order of the categories', () => {
    const { totals } = computeTotals({
      currency: 'EUR',
      lines: [
        line('1', '7', 0, 0, 'O'),
        line('1', '1', 0, 0, 'AE'),
        line('1', '20'),
        line('1', '2', 0, 0, 'E'),
        line('2', '1.005', 0, 0, 'AE'),
      ],
    });
    expect(totals).toEqual({
      netMinor: 3201,
      discountMinor: 0,
      vat: [
        { vatCategory: 'E', vatRateBp: 0, baseMinor: 200, vatMinor: 0 },
        { vatCategory: 'AE', vatRateBp: 0, baseMinor: 301, vatMinor: 0 },
        { vatCategory: 'O', vatRateBp: 0, baseMinor: 700, vatMinor: 0 },
        { vatCategory: 'S', vatRateBp: 2000, baseMinor: 2000, vatMinor: 400 },
      ],
      vatMinor: 400,
      grossMinor: 3601,
    });
  });

  test('the discount of an invoice is spread over what bears no VAT by why as well', () => {
    const lines = [line('1', '10', 0, 0, 'K'), line('1', '10', 0, 0, 'G'), line('1', '10')];
    const { totals } = computeTotals({ currency: 'EUR', lines, discountBp: 333 });
    expect(totals.vat).toEqual([
      { vatCategory: 'K', vatRateBp: 0, baseMinor: 966, vatMinor: 0 },
      { vatCategory: 'G', vatRateBp: 0, baseMinor: 967, vatMinor: 0 },
      { vatCategory: 'S', vatRateBp: 2000, baseMinor: 967, vatMinor: 193 },
    ]);
  });

  test.each([
    ['EUR', 1235],
    ['JPY', 12],
    ['TND', 12_346],
    ['CLF', 123_457],
  ])('%s has its own number of decimals', (currency, netMinor) => {
    const { totals } = computeTotals({ currency, lines: [line('1', '12.345678')] });
    expect(totals.netMinor).toBe(netMinor);
  });

  test('the discount of an invoice is spread over its rates by largest remainder', () => {
    const lines = [line('1', '10', 0, 2000), line('1', '10', 0, 1000), line('1', '10', 0, 550)];
    const { totals } = computeTotals({ currency: 'EUR', lines, discountBp: 333 });
    // 1.00 (0.999 rounded) over three equal groups: one of them gets the cent that is left.
    expect(totals).toEqual({
      netMinor: 2900,
      discountMinor: 100,
      vat: [
        { vatCategory: 'S', vatRateBp: 550, baseMinor: 966, vatMinor: 53 },
        { vatCategory: 'S', vatRateBp: 1000, baseMinor: 967, vatMinor: 97 },
        { vatCategory: 'S', vatRateBp: 2000, baseMinor: 967, vatMinor: 193 },
      ],
      vatMinor: 343,
      grossMinor: 3243,
    });
  });

  test('prices with VAT give what they say, where backing it out of each line loses a cent', () => {
    const lines = [line('2', '379', 0, 2000)].flatMap((one) => [
      { ...one, quantity: '1' },
      { ...one, quantity: '1' },
    ]);
    const { totals, lines: nets } = computeTotals({
      currency: 'EUR',
      lines,
      pricesIncludeVat: true,
    });
    expect(totals.grossMinor).toBe(75_800);
    expect(totals.netMinor).toBe(63_167);
    // Each line alone would be 315.83 net, and the invoice 757.99.
    expect(nets).toEqual([{ netMinor: 31_584 }, { netMinor: 31_583 }]);
  });

  test('an invoice without lines comes to nothing', () => {
    expect(computeTotals({ currency: 'EUR', lines: [] })).toEqual({
      lines: [],
      totals: { netMinor: 0, discountMinor: 0, vat: [], vatMinor: 0, grossMinor: 0 },
    });
  });
});

describe('what cannot be computed', () => {
  test.each(['', '1,5', '1e3', 'one', '1.0000001', '.5'])("price '%s' is refused", (unitPrice) => {
    expect(() => computeTotals({ currency: 'EUR', lines: [line('1', unitPrice)] })).toThrow(
      RangeError,
    );
  });

  test('an amount that JSON could not carry exactly is refused', () => {
    const lines = [line('999999999', '999999999999')];
    expect(() => computeTotals({ currency: 'EUR', lines })).toThrow('too large');
  });
});

/** A decimal string of at most `digits` digits and `scale` decimals. */
const decimalArbitrary = (digits: number, scale: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 10 ** digits - 1 }),
      fc.integer({ min: 0, max: 10 ** scale - 1 }),
      fc.integer({ min: 0, max: scale }),
    )
    .map(([whole, fraction, places]) => {
      const decimals = String(fraction).padStart(scale, '0').slice(0, places);
      return decimals === '' ? String(whole) : `${whole}.${decimals}`;
    });

const rateArbitrary = fc.oneof(
  fc.constantFrom(0, 210, 550, 1000, 2000),
  fc.integer({ min: 0, max: 10_000 }),
);

/** `S` above 0; at 0 any other. */
const vatArbitrary = fc
  .tuple(rateArbitrary, fc.constantFrom(...VAT_CATEGORIES.filter((category) => category !== 'S')))
  .map(([vatRateBp, untaxed]) => ({
    vatRateBp,
    vatCategory: vatRateBp > 0 ? ('S' as const) : untaxed,
  }));

const invoiceArbitrary = fc.record({
  currency: fc.constantFrom('EUR', 'USD', 'JPY', 'TND'),
  discountBp: fc.oneof(fc.constant(0), rateArbitrary),
  pricesIncludeVat: fc.boolean(),
  lines: fc.array(
    fc
      .tuple(
        fc.record({
          quantity: decimalArbitrary(5, 3),
          unitPrice: decimalArbitrary(5, 6),
          discountBp: rateArbitrary,
        }),
        vatArbitrary,
      )
      .map(([amount, vat]) => ({ ...amount, ...vat })),
    { maxLength: 12 },
  ),
});

describe('EN 16931 holds for every invoice', () => {
  test('every amount equals what decimal arithmetic gives', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const plain = { ...invoice, discountBp: 0, pricesIncludeVat: false };
        expect(computeTotals(plain)).toEqual(oracle(plain));
      }),
      { numRuns: 500 },
    );
  });

  test('BR-CO-10, 13, 14 and 15: every total is the exact sum of its parts', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const { lines, totals } = computeTotals(invoice);
        expect(totals.netMinor + totals.discountMinor).toBe(
          sum(lines.map(({ netMinor }) => netMinor)),
        );
        expect(totals.netMinor).toBe(sum(totals.vat.map(({ baseMinor }) => baseMinor)));
        expect(totals.vatMinor).toBe(sum(totals.vat.map(({ vatMinor }) => vatMinor)));
        expect(totals.grossMinor).toBe(totals.netMinor + totals.vatMinor);
      }),
      { numRuns: 500 },
    );
  });

  test('each category and rate has one group, lowest rate first, with all of its lines', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const { totals, lines } = computeTotals({ ...invoice, discountBp: 0 });
        const keys = totals.vat.map(vatKey);
        expect(keys.toSorted()).toEqual([...new Set(invoice.lines.map(vatKey))].toSorted());
        const places = totals.vat.map(
          ({ vatCategory, vatRateBp }) => 10 * vatRateBp + VAT_CATEGORIES.indexOf(vatCategory),
        );
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        totals.vat.forEach((group, place) => {
          const members = lines.filter((_, index) => vatKey(invoice.lines[index]!) === keys[place]);
          expect(group.baseMinor).toBe(sum(members.map(({ netMinor }) => netMinor)));
        });
      }),
    );
  });

  test('the order of the lines does not matter', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const turned = computeTotals({ ...invoice, lines: invoice.lines.toReversed() });
        expect(turned.totals).toEqual(computeTotals(invoice).totals);
      }),
    );
  });

  test('VAT is that of its base, within the cent that backing it out may cost', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const { totals } = computeTotals(invoice);
        for (const { vatRateBp, baseMinor, vatMinor } of totals.vat) {
          const exact = Big(baseMinor).times(vatRateBp).div(10_000);
          const off = exact.minus(vatMinor).abs();
          expect(off.lte(invoice.pricesIncludeVat ? 1 : 0.5)).toBe(true);
        }
      }),
    );
  });

  test('prices with VAT come to their own sum, less the discount on it', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const included = computeTotals({ ...invoice, pricesIncludeVat: true });
        const untaxed = { vatRateBp: 0, vatCategory: 'Z' } as const;
        const free = invoice.lines.map((line) => ({ ...line, ...untaxed }));
        const prices = computeTotals({ ...invoice, lines: free, pricesIncludeVat: false });
        expect(included.totals.grossMinor).toBe(prices.totals.grossMinor);
      }),
    );
  });

  test('the discount of a rate is its share of the whole, to less than a cent', () => {
    fc.assert(
      fc.property(invoiceArbitrary, (invoice) => {
        const with0 = computeTotals({ ...invoice, discountBp: 0, pricesIncludeVat: false }).totals;
        const { totals } = computeTotals({ ...invoice, pricesIncludeVat: false });
        with0.vat.forEach(({ baseMinor }, index) => {
          if (with0.netMinor === 0) return;
          const share = Big(totals.discountMinor).times(baseMinor).div(with0.netMinor);
          const given = baseMinor - (totals.vat[index]?.baseMinor ?? 0);
          expect(share.minus(given).abs().lt(1)).toBe(true);
        });
      }),
    );
  });
});

test('divideRounded() rounds halves away from zero on both sides', () => {
  expect([5n, -5n, 4n, -4n, 6n].map((n) => divideRounded(n, 10n))).toEqual([1n, -1n, 0n, 0n, 1n]);
});

test('scaled() keeps the sign of what is less than one', () => {
  expect(scaled('-0.5', 3)).toBe(-500n);
});

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** The same rules, written down once more in big.js. */
function oracle({ currency, lines }: { currency: string; lines: readonly AmountLine[] }) {
  // Mode 1 rounds halves away from zero.
  const round = (amount: Big) => amount.round(currencyExponent(currency), 1);
  const minor = (amount: Big) => amount.times(Big(10).pow(currencyExponent(currency))).toNumber();
  const nets = lines.map(({ quantity, unitPrice, discountBp }) => {
    const gross = round(Big(quantity).times(unitPrice));
    return gross.minus(round(gross.times(discountBp).div(10_000)));
  });
  const rates = [...new Set(lines.map(({ vatRateBp }) => vatRateBp))].toSorted((a, b) => a - b);
  const kinds = rates.flatMap((vatRateBp) =>
    VAT_CATEGORIES.map((vatCategory) => ({ vatCategory, vatRateBp })),
  );
  const groups = kinds.flatMap(({ vatCategory, vatRateBp }) => {
    const members = nets.filter(
      (_, index) =>
        lines[index]?.vatRateBp === vatRateBp && lines[index].vatCategory === vatCategory,
    );
    if (members.length === 0) return [];
    const base = members.reduce((a, b) => a.plus(b));
    return [{ vatCategory, vatRateBp, base, vat: round(base.times(vatRateBp).div(10_000)) }];
  });
  const net = nets.reduce((a, b) => a.plus(b), Big(0));
  const vat = groups.reduce((a, group) => a.plus(group.vat), Big(0));
  return {
    lines: nets.map((amount) => ({ netMinor: minor(amount) })),
    totals: {
      netMinor: minor(net),
      discountMinor: 0,
      vat: groups.map((group) => ({
        vatCategory: group.vatCategory,
        vatRateBp: group.vatRateBp,
        baseMinor: minor(group.base),
        vatMinor: minor(group.vat),
      })),
      vatMinor: minor(vat),
      grossMinor: minor(net.plus(vat)),
    },
  };
}
