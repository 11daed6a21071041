import {
  commonVat,
  demandOf,
  draftFor,
  type DraftLine,
  draftOf,
  emptyLine,
  inputOf,
  isBlank,
  lineFor,
  totalsOf,
  withoutBlanks,
} from './draft.ts';
import { shownStatus } from './status-chip.ts';

const line = (quantity: string, unitPrice: string, vat = 'S 2000', discountBp = 0) => ({
  ...emptyLine(),
  productId: 'p1',
  quantity,
  unitPrice,
  vat,
  discountBp,
});

const draftWith = (...lines: DraftLine[]) => ({ ...draftOf(undefined), lines });

const customer = (currency: string, dueDays: number | null = null) => ({
  id: 'c1',
  name: 'Durand',
  currency,
  dueDays,
  dueEndOfMonth: true,
});

describe('totalsOf()', () => {
  it('gives net per line and VAT per rate', () => {
    const draft = {
      ...draftOf(undefined),
      lines: [line('2', '10.5'), line('1', '100', 'S 550', 1000)],
    };
    const { lines, totals } = totalsOf(draft);
    expect(lines.map(({ netMinor }) => netMinor)).toEqual([2100, 9000]);
    expect(totals.vat.map(({ vatRateBp, vatMinor }) => [vatRateBp, vatMinor])).toEqual([
      [550, 495],
      [2000, 420],
    ]);
    expect(totals.grossMinor).toBe(12_015);
  });

  it('counts nothing for blank and half-typed lines, and keeps their places', () => {
    const draft = { ...draftOf(undefined), lines: [emptyLine(), line('x', '10'), line('1', '10')] };
    const { lines, totals } = totalsOf(draft);
    expect(lines.map(({ netMinor }) => netMinor)).toEqual([0, 0, 1000]);
    expect(totals.netMinor).toBe(1000);
  });
});

describe('a draft', () => {
  it('starts with one blank line, which is not sent', () => {
    const draft = draftOf(undefined);
    expect(draft.lines).toHaveLength(1);
    expect(draft.lines.every(isBlank)).toBe(true);
    expect(withoutBlanks(draft).lines).toEqual([]);
  });

  it('sums what all its lines ask of a product', () => {
    const draft = { ...draftOf(undefined), lines: [line('2', '1'), line('1.5', '1'), emptyLine()] };
    expect([...demandOf(draft)]).toEqual([['p1', 3.5]]);
  });
});

describe('draftFor()', () => {
  const draft = { ...draftOf(undefined), lines: [line('2', '10')] };

  it('takes the currency of the customer, and no price of another one', () => {
    expect(draftFor(draft, customer('USD'))).toMatchObject({
      customerId: 'c1',
      customerName: 'Durand',
      currency: 'USD',
      lines: [{ productId: 'p1', quantity: '2', unitPrice: '' }],
    });
  });

  it('takes the terms of the customer, and leaves those of the settings to the service', () => {
    const own = draftFor(draft, customer('EUR', 45));
    expect(inputOf(own)).toMatchObject({ dueDays: 45, dueEndOfMonth: true });
    const sent = inputOf(draftFor(own, customer('EUR')));
    expect(Object.keys(sent)).not.toContain('dueDays');
    expect(Object.keys(sent)).not.toContain('dueEndOfMonth');
  });

  it('leaves the prices alone where the currency stays', () => {
    expect(draftFor(draft, customer('EUR'))).toMatchObject({ lines: [{ unitPrice: '10' }] });
  });
});

describe('inputOf()', () => {
  it('sends category and rate of each line', () => {
    const draft = { ...draftOf(undefined), lines: [line('1', '1'), line('1', '1', 'AE 0')] };
    expect(inputOf(draft).lines).toMatchObject([
      { vatCategory: 'S', vatRateBp: 2000 },
      { vatCategory: 'AE', vatRateBp: 0 },
    ]);
  });
});

describe('commonVat()', () => {
  it('is what all lines bear that are not blank', () => {
    expect(commonVat(draftWith(line('1', '1', 'AE 0'), emptyLine()))).toBe('AE 0');
    expect(commonVat(draftWith(emptyLine()))).toBe('S 2000');
  });

  it('is nothing where they differ', () => {
    expect(commonVat(draftWith(line('1', '1', 'E 0'), line('1', '1', 'AE 0')))).toBe('');
  });
});

describe('lineFor()', () => {
  const lamp = {
    id: 'p2',
    name: 'Lampe',
    unitPrice: '24.5',
    currency: 'EUR',
    vatRateBp: 550,
    vatCategory: 'S' as const,
  };

  it('takes the price of the product only where it is in the currency of the draft', () => {
    expect(lineFor(line('3', ''), lamp, 'EUR')).toMatchObject({ quantity: '3', unitPrice: '24.5' });
    expect(lineFor(line('3', '9'), lamp, 'USD')).toMatchObject({ vat: 'S 550', unitPrice: '' });
  });
});

describe('shownStatus()', () => {
  const open = {
    status: 'open',
    dueDate: '2026-11-22',
    creditedMinor: 0,
    balanceMinor: 100,
    grossMinor: 100,
  } as const;

  it('calls an open invoice overdue only after its due day', () => {
    expect(shownStatus(open, '2026-11-22')).toBe('open');
    expect(shownStatus(open, '2026-11-23')).toBe('overdue');
  });

  it('tells a partly paid one from an unpaid one', () => {
    expect(shownStatus({ ...open, balanceMinor: 40 }, '2026-11-01')).toBe('partial');
  });

  it('tells one that was credited in part from one that was paid in part', () => {
    const credited = { ...open, creditedMinor: 60, balanceMinor: 40 };
    expect(shownStatus(credited, '2026-11-01')).toBe('credited');
    expect(shownStatus({ ...credited, balanceMinor: 10 }, '2026-11-01')).toBe('partial');
  });

  it('leaves the other statuses as they are', () => {
    expect(shownStatus({ ...open, status: 'paid' }, '2027-01-01')).toBe('paid');
  });
});
