import type { VatCategory } from 'inventory/vat-category';

import type { Totals } from './invoice-contract.ts';
import type { Settings } from './settings-contract.ts';

/**
 * What the law wants printed about the VAT of a document (CGI art. 242 nonies A of annex II, I 12° and
 * 13°), once for each of its categories, whatever that comes to: the VAT of a few cents is nothing, and
 * yet they bear it.
 */
export function vatMentions(settings: Settings, { vat }: Pick<Totals, 'vat'>): string[] {
  const mentions = mentionsOf(settings);
  const said = vat.map(({ vatCategory }) => mentions[vatCategory]);
  return [...new Set(said)].filter((mention) => mention !== '');
}

/** The category of what bears no VAT, where nothing else says it: exempt if the settings say why. */
export const untaxedBy = ({ vatExemption }: Settings): VatCategory =>
  vatExemption === '' ? 'Z' : 'E';

function mentionsOf({ vatExemption, vatOnDebits, language }: Settings) {
  const words = WORDS[language];
  return {
    // A rate of 0 of which nothing more was said, as of all that was there before the categories.
    Z: vatExemption,
    E: vatExemption,
    AE: words.reverseCharge,
    K: words.intraCommunity,
    G: words.export,
    O: words.outOfScope,
    S: vatOnDebits ? words.onDebits : '',
  } satisfies Record<VatCategory, string>;
}

const WORDS = {
  fr: {
    reverseCharge: 'Autoliquidation (art. 283 du CGI)',
    intraCommunity: 'Exonération de TVA, art. 262 ter I du CGI',
    export: 'Exonération de TVA, art. 262 I du CGI',
    outOfScope: 'Opération hors du champ d’application de la TVA',
    onDebits: 'Option pour le paiement de la taxe d’après les débits',
  },
  en: {
    reverseCharge: 'Reverse charge (art. 283 of the CGI)',
    intraCommunity: 'Intra-Community supply exempt from VAT, art. 262 ter I of the CGI',
    export: 'Export exempt from VAT, art. 262 I of the CGI',
    outOfScope: 'Outside the scope of VAT',
    onDebits: 'VAT is paid on debits, by option',
  },
} as const;
