/** What the histories of records say. */
export const historyFr = {
  title: 'Historique',
  none: 'Rien n’est noté pour le moment',
  more: 'Afficher la suite',
  who: 'Par',
  actions: {
    created: 'Création',
    changed: 'Modification',
    archived: 'Archivage',
    restored: 'Restauration',
    anonymised: 'Anonymisation',
    deleted: 'Suppression',
    issued: 'Émission',
    paid: 'Paiement',
    credited: 'Avoir',
    voided: 'Annulation',
    'written-off': 'Passage en irrécouvrable',
    'stock-refused': 'Stock manquant : mouvement à régulariser',
    'stock-settled': 'Stock régularisé',
  },
};

export const historyEn: typeof historyFr = {
  title: 'History',
  none: 'Nothing is noted yet',
  more: 'Show more',
  who: 'By',
  actions: {
    created: 'Created',
    changed: 'Changed',
    archived: 'Archived',
    restored: 'Restored',
    anonymised: 'Anonymised',
    deleted: 'Deleted',
    issued: 'Issued',
    paid: 'Payment',
    credited: 'Credit note',
    voided: 'Voided',
    'written-off': 'Given up as uncollectible',
    'stock-refused': 'Stock is missing: somebody has to settle it',
    'stock-settled': 'Stock was settled',
  },
};
