import type { FirstValues } from './store.ts';

const kept = {
  unit: 'pièce',
  currency: 'EUR',
  vatRateBp: 2000,
  vatCategory: 'S',
  trackStock: true,
} as const;

/** The products of the original's demo, with sensible prices; their ids never change. */
export const demoProducts: readonly (FirstValues & { id: string })[] = [
  {
    ...kept,
    id: '01930000-0000-7000-8000-000000000011',
    sku: 'ORD-001',
    name: 'Ordinateur portable',
    unitPrice: '1200',
    lowStockThreshold: '3',
    initialQuantity: '12',
  },
  {
    ...kept,
    id: '01930000-0000-7000-8000-000000000012',
    sku: 'IMP-001',
    name: 'Imprimante laser',
    unitPrice: '249.90',
    lowStockThreshold: '2',
    initialQuantity: '2',
  },
  {
    ...kept,
    id: '01930000-0000-7000-8000-000000000013',
    sku: 'TEL-001',
    name: 'Smartphone',
    unitPrice: '599',
    lowStockThreshold: '5',
    initialQuantity: '22',
  },
];
