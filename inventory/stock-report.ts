import type { Disagreement } from './reconcile-store.ts';

/** What a person reads of where stock and ledger disagree, a line each and a last one. */
export function reportOf(disagreements: readonly Disagreement[]): string {
  const lines = disagreements.map(({ sku, productId, figure, subjectId, kept, counted }) => {
    const where = subjectId === '' ? '' : ` ${PLACES[figure]} ${subjectId}`;
    return `${sku} ${productId}: ${figure}${where} is ${kept}, counted ${counted}`;
  });
  const { length } = disagreements;
  const last = length === 0 ? 'Stock and ledger agree' : `${length} figures do not agree`;
  return `${[...lines, last].join('\n')}\n`;
}

const PLACES: Readonly<Record<Disagreement['figure'], string>> = {
  'on hand': 'of',
  reserved: 'of',
  balance: 'after movement',
  sale: 'for reservation',
};
