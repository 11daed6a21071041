/** What the histories of records say. */
export const historyFr = {
  title: 'Historique',
  more: 'Afficher la suite',
  who: 'Par',
  actions: {
    created: 'Création',
    changed: 'Modification',
    archived: 'Archivage',
    restored: 'Restauration',
    anonymised: 'Anonymisation',
    deleted: 'Suppression',
    create: 'Brouillon créé',
    update: 'Brouillon modifié',
    delete: 'Brouillon supprimé',
    issue: 'Émission',
    pay: 'Paiement',
    credit: 'Avoir',
    void: 'Annulation',
    'write-off': 'Passage en irrécouvrable',
  },
};

export const historyEn: typeof historyFr = {
  title: 'History',
  more: 'Show more',
  who: 'By',
  actions: {
    created: 'Created',
    changed: 'Changed',
    archived: 'Archived',
    restored: 'Restored',
    anonymised: 'Anonymised',
    deleted: 'Deleted',
    create: 'Draft started',
    update: 'Draft changed',
    delete: 'Draft deleted',
    issue: 'Issued',
    pay: 'Payment',
    credit: 'Credit note',
    void: 'Voided',
    'write-off': 'Given up as uncollectible',
  },
};
