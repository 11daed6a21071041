import type { FIGURE_TABLES } from './figures-contract.ts';

export type FigureTable = (typeof FIGURE_TABLES)[number];

/** What stands between the fields, and between a number's units and its decimals; and whose words. */
export type Notation = 'french' | 'english';

type Words = {
  /** Of the columns, as many as each row has fields. */
  readonly headings: Readonly<Record<FigureTable, readonly string[]>>;
  /** For how many days something is overdue; none of them looks like a date to a spreadsheet. */
  readonly late: readonly [all: string, ...spans: string[]];
};

/** What the figures are called in a spreadsheet of each notation. */
export const FIGURE_WORDS: Readonly<Record<Notation, Words>> = {
  french: {
    headings: {
      months: ['Mois', 'Monnaie', 'Total HT', 'TVA', 'Total TTC', 'Encaissé'],
      vat: ['Mois', 'Monnaie', 'Catégorie de TVA', 'Taux de TVA (%)', 'Base HT', 'TVA'],
      due: ['Jours de retard', 'Monnaie', 'Reste à payer'],
      customers: ['Client', 'Identifiant du client', 'Monnaie', 'Facturé TTC', 'Encaissé'],
      products: ['Produit', 'Identifiant du produit', 'Monnaie', 'Quantité', 'Total HT'],
    },
    late: ['tous', '1 à 30', '31 à 60', '61 à 90', 'plus de 90'],
  },
  english: {
    headings: {
      months: ['month', 'currency', 'net', 'vat', 'gross', 'collected'],
      vat: ['month', 'currency', 'vat_category', 'rate_percent', 'base', 'vat'],
      due: ['days_overdue', 'currency', 'due'],
      customers: ['customer', 'customer_id', 'currency', 'gross', 'collected'],
      products: ['product', 'product_id', 'currency', 'quantity', 'net'],
    },
    late: ['all', '1 to 30', '31 to 60', '61 to 90', 'over 90'],
  },
};
