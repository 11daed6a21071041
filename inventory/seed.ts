import { random } from 'platform/random';

import type { ProductValues } from './product-contract.ts';

/** A product as one is made up; the same for the same seed and index. */
export type SeededProduct = ProductValues & { readonly id: string; readonly createdAt: string };

/** Goods that left or came back, in thousandths; of one document, each product once. */
export type StockEvent = {
  /** Of the product, as in `seededProduct`. */
  readonly index: number;
  readonly thousandths: number;
  readonly atMs: number;
  readonly reason: 'sale' | 'return';
  readonly reference: string;
  readonly note: string;
};

/** What was put aside for an invoice and taken since; every line's product, with services. */
export type SeededReservation = {
  readonly id: string;
  readonly atMs: number;
  readonly lines: readonly { readonly index: number; readonly thousandths: number }[];
};

export type StockBatch = {
  readonly reservations: readonly SeededReservation[];
  readonly events: readonly StockEvent[];
};

/** The product `index` of those that are sold in the years before `until`, `2026-11-22`. */
export function seededProduct(seed: number, index: number, until: string): SeededProduct {
  const dice = random(seed, 'product', index);
  const at = Date.parse(until) - dice.between(5 * YEAR_MS + 30 * DAY_MS, 6 * YEAR_MS);
  const isService = dice.chance(0.1);
  const [noun, code, vatRateBp] = isService ? dice.pick(SERVICES) : dice.pick(GOODS);
  const cents = Math.round(100 * 10 ** (0.4 + dice.next() * 2.4));
  return {
    id: dice.uuid(at),
    sku: `${code}-${String(index).padStart(6, '0')}`,
    name: `${noun} ${dice.pick(QUALITIES)} ${index}`,
    unit: isService ? 'heure' : 'pièce',
    unitPrice: (cents / 100).toFixed(2),
    currency: 'EUR',
    vatRateBp,
    // Professional training is exempt (CGI art. 261-4-4° a).
    vatCategory: vatRateBp > 0 ? 'S' : 'E',
    trackStock: !isService,
    lowStockThreshold: isService ? '0' : String(dice.between(0, 25)),
    createdAt: new Date(at).toISOString(),
  };
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

const GOODS = [
  ['Lampe', 'LMP', 2000],
  ['Chaise', 'CHA', 2000],
  ['Table', 'TAB', 2000],
  ['Clavier', 'CLV', 2000],
  ['Écran', 'ECR', 2000],
  ['Câble', 'CAB', 2000],
  ['Carnet', 'CRN', 2000],
  ['Livre', 'LIV', 550],
  ['Café', 'CAF', 550],
  ['Thé', 'THE', 550],
  ['Vélo', 'VEL', 2000],
  ['Perceuse', 'PRC', 2000],
] as const;
const SERVICES = [
  ['Conseil', 'CSL', 2000],
  ['Installation', 'INS', 1000],
  ['Dépannage', 'DEP', 1000],
  ['Formation', 'FRM', 0],
] as const;
const QUALITIES = ['simple', 'confort', 'pro', 'compact', 'classique', 'léger', 'robuste'] as const;
