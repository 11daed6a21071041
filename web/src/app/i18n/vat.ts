/** What is said of the VAT that something bears. */
export const vatFr = {
  categories: {
    S: 'Taxable',
    Z: 'Taux zéro',
    E: 'Exonéré',
    AE: 'Autoliquidation',
    K: 'Livraison intracommunautaire',
    G: 'Exportation',
    O: 'Hors champ',
  },
  ofAllLines: 'TVA de toutes les lignes',
  byLine: 'Selon la ligne',
};

export const vatEn: typeof vatFr = {
  categories: {
    S: 'Taxed',
    Z: 'Zero rated',
    E: 'Exempt',
    AE: 'Reverse charge',
    K: 'Intra-community supply',
    G: 'Export',
    O: 'Outside the scope',
  },
  ofAllLines: 'VAT of all lines',
  byLine: 'By line',
};
