import { currencyExponent } from 'platform/currency';

import { decimalOf } from './decimal.ts';
import type { FIGURE_TABLES, Figures } from './figures-contract.ts';

export type FigureTable = (typeof FIGURE_TABLES)[number];

/** What stands between the fields, and between a number's units and its decimals. */
export type Notation = 'french' | 'english';

/**
 * One table of the figures as CSV (RFC 4180) with a heading, as spreadsheets open it: UTF-8 with a
 * mark that says so, amounts in units of the currency. The French notation has `;` and a comma.
 */
export function figuresCsv(figures: Figures, table: FigureTable, notation: Notation): string {
  const { separator, point } = NOTATIONS[notation];
  const exponent = currencyExponent(figures.currency);
  const amount = (minor: number) => {
    const digits = decimalOf(BigInt(Math.abs(minor)), exponent).replace('.', point);
    return minor < 0 ? `-${digits}` : digits;
  };
  const decimal = (value: string) => value.replace('.', point);
  const rows = TABLES[table](figures, { amount, decimal });
  const lines = rows.map((row) => row.map((cell) => quoted(cell, separator)).join(separator));
  return `\u{FEFF}${lines.join('\r\n')}\r\n`;
}

const NOTATIONS = {
  french: { separator: ';', point: ',' },
  english: { separator: ',', point: '.' },
} as const;

type Cells = {
  readonly amount: (minor: number) => string;
  readonly decimal: (value: string) => string;
};
type Rows = string[][];

const TABLES: Readonly<Record<FigureTable, (figures: Figures, cells: Cells) => Rows>> = {
  months: ({ currency, months }, { amount }) => [
    ['month', 'currency', 'net', 'vat', 'gross', 'collected'],
    ...months.map((row) => [
      row.month.slice(0, 7),
      currency,
      ...[row.netMinor, row.vatMinor, row.grossMinor, row.collectedMinor].map(amount),
    ]),
  ],
  vat: ({ currency, vat }, { amount, decimal }) => [
    ['month', 'currency', 'vat_category', 'rate_percent', 'base', 'vat'],
    ...vat.map((row) => [
      row.month.slice(0, 7),
      currency,
      row.vatCategory,
      decimal(decimalOf(BigInt(row.vatRateBp), 2)),
      ...[row.baseMinor, row.vatMinor].map(amount),
    ]),
  ],
  due: ({ currency, outstandingMinor, overdue }, { amount }) => [
    ['days_overdue', 'currency', 'due'],
    ['all', currency, amount(outstandingMinor)],
    ['1-30', currency, amount(overdue.upTo30Minor)],
    ['31-60', currency, amount(overdue.upTo60Minor)],
    ['61-90', currency, amount(overdue.upTo90Minor)],
    ['91+', currency, amount(overdue.olderMinor)],
  ],
  customers: ({ currency, customers }, { amount }) => [
    ['customer', 'customer_id', 'currency', 'gross', 'collected'],
    ...customers.map((row) => [
      harmless(row.customerName),
      row.customerId,
      currency,
      ...[row.grossMinor, row.collectedMinor].map(amount),
    ]),
  ],
  products: ({ currency, products }, { amount, decimal }) => [
    ['product', 'product_id', 'currency', 'quantity', 'net'],
    ...products.map((row) => [
      harmless(row.description),
      row.productId,
      currency,
      decimal(row.quantity),
      amount(row.netMinor),
    ]),
  ],
};

/** A name that a spreadsheet would take for a formula, and run. */
const harmless = (name: string): string => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
