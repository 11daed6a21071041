import { creditableLines, creditedLines } from './creditable.ts';

const line = (description: string, quantity: string) => ({
  productId: 'p',
  sku: 's',
  description,
  unit: '',
  quantity,
  unitPrice: '1',
  discountBp: 0,
  vatRateBp: 2000,
  vatCategory: 'S' as const,
  netMinor: 0,
});
const invoice = { lines: [line('Lampe', '3'), line('Pose', '1.5'), line('Ampoule', '10')] };

describe('creditableLines()', () => {
  it('takes off what earlier credit notes took, and leaves out what is used up', () => {
    const notes = [
      { lines: [{ line: 0, ...line('Lampe', '1') }] },
      {
        lines: [
          { line: 0, ...line('Lampe', '0.5') },
          { line: 1, ...line('Pose', '1.5') },
        ],
      },
    ];
    expect(creditableLines(invoice, notes)).toMatchObject([
      { line: 0, left: '1.5' },
      { line: 2, left: '10' },
    ]);
  });
});

describe('creditedLines()', () => {
  it('names the lines of the invoice, not of the form', () => {
    const lines = creditableLines(invoice, [{ lines: [{ line: 0, ...line('Lampe', '3') }] }]);
    expect(creditedLines(lines, ['0', '4'])).toEqual([{ line: 2, quantity: '4' }]);
  });
});
