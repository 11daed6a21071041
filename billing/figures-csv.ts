import { currencyExponent } from 'platform/currency';

import { decimalOf } from './decimal.ts';
import type { Figures } from './figures-contract.ts';
import { FIGURE_WORDS, type FigureTable, type Notation } from './figures-words.ts';

/**
 * One table of the figures as CSV (RFC 4180) with a heading, as spreadsheets open it: UTF-8 with a
 * mark that says so, amounts in units of the currency. The French notation has `;`, a comma, and French
 * words.
 */
export function figuresCsv(figures: Figures, table: FigureTable, notation: Notation): string {
  const { separator, point } = NOTATIONS[notation];
  const exponent = currencyExponent(figures.currency);
  const amount = (minor: number) => {
    const digits = decimalOf(BigInt(Math.abs(minor)), exponent).replace('.', point);
    return minor < 0 ? `-${digits}` : digits;
  };
  const decimal = (value: string) => value.replace('.', point);
  const { headings, late } = FIGURE_WORDS[notation];
  const rows = [headings[table], ...TABLES[table](figures, { amount, decimal, late })];
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
  readonly late: readonly string[];
};
type Rows = string[][];

const TABLES: Readonly<Record<FigureTable, (figures: Figures, cells: Cells) => Rows>> = {
  months: ({ currency, months }, { amount }) =>
    months.map((row) => [
      row.month.slice(0, 7),
      currency,
      ...[row.netMinor, row.vatMinor, row.grossMinor, row.collectedMinor].map(amount),
    ]),
  vat: ({ currency, vat }, { amount, decimal }) =>
    vat.map((row) => [
      row.month.slice(0, 7),
      currency,
      row.vatCategory,
      decimal(decimalOf(BigInt(row.vatRateBp), 2)),
      ...[row.baseMinor, row.vatMinor].map(amount),
    ]),
  due: ({ currency, outstandingMinor, overdue }, { amount, late }) => {
    const { upTo30Minor, upTo60Minor, upTo90Minor, olderMinor } = overdue;
    const sums = [outstandingMinor, upTo30Minor, upTo60Minor, upTo90Minor, olderMinor];
    return sums.map((sum, index) => [late[index] ?? '', currency, amount(sum)]);
  },
  customers: ({ currency, customers }, { amount }) =>
    customers.map((row) => [
      harmless(row.customerName),
      row.customerId,
      currency,
      ...[row.grossMinor, row.collectedMinor].map(amount),
    ]),
  products: ({ currency, products }, { amount, decimal }) =>
    products.map((row) => [
      harmless(row.description),
      row.productId,
      currency,
      decimal(row.quantity),
      amount(row.netMinor),
    ]),
};

/** A name that a spreadsheet would take for a formula, and run. */
const harmless = (name: string): string => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
