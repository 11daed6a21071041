/** What the search over everything says. */
export const searchFr = {
  title: 'Rechercher',
  placeholder: 'Client, produit, facture, montant…',
  hint: 'Tapez un nom, une référence, un numéro ou un montant.',
  results: 'Résultats',
  found: (count: number) => (count > 1 ? `${count} résultats` : '1 résultat'),
  choose: 'choisir',
  open: 'ouvrir',
  slashKey: 'La touche / ouvre la recherche',
};

export const searchEn: typeof searchFr = {
  title: 'Search',
  placeholder: 'Customer, product, invoice, amount…',
  hint: 'Type a name, a SKU, a number or an amount.',
  results: 'Results',
  found: (count) => (count === 1 ? '1 result' : `${count} results`),
  choose: 'choose',
  open: 'open',
  slashKey: 'The / key opens the search',
};
