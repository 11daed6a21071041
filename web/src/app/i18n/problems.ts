/** What is said when something did not work, by the type of the problem. */
export const problemsFr = {
  title: 'Cela n’a pas fonctionné',
  requestId: (id: string) => `Référence : ${id}`,
  byType: {
    'not-found': 'L’élément demandé n’existe pas ou plus.',
    'precondition-failed': 'Quelqu’un d’autre a modifié cet élément entre-temps.',
    'stock-short': 'Le stock ne suffit pas.',
    'sku-taken': 'Un autre produit porte déjà cette référence.',
    'invalid-request': 'Certains champs sont à corriger.',
    'body-too-large': 'C’est trop volumineux.',
    offline: 'Le serveur ne répond pas. Vérifiez votre connexion.',
    unknown: 'Une erreur inattendue s’est produite.',
  },
  unavailable: (service: string) =>
    `Le service ${service} ne répond pas pour le moment. Le reste continue de fonctionner.`,
  unavailableSomewhere:
    'Un service ne répond pas pour le moment. Le reste continue de fonctionner.',
  services: {
    'customer-service': 'Clients',
    'inventory-service': 'Stock',
    'billing-service': 'Facturation',
  },
  stale: 'Rechargez pour voir la version actuelle ; vos modifications seront perdues.',
  required: 'Champ obligatoire',
  tooLong: (max: number) => `${max} caractères au plus`,
  incorrect: 'Valeur incorrecte',
  notANumber: 'Un nombre, par exemple 12,50',
  outOfRange: 'Valeur hors limites',
  unknownRecord: 'N’existe pas ou plus',
  notEnough: 'Stock insuffisant',
};

export const problemsEn: typeof problemsFr = {
  title: 'That did not work',
  requestId: (id) => `Reference: ${id}`,
  byType: {
    'not-found': 'What you asked for does not exist, or no longer.',
    'precondition-failed': 'Somebody else changed this in the meantime.',
    'stock-short': 'There is not enough stock.',
    'sku-taken': 'Another product already has this SKU.',
    'invalid-request': 'Some fields need correcting.',
    'body-too-large': 'That is too large.',
    offline: 'The server does not answer. Check your connection.',
    unknown: 'Something unexpected went wrong.',
  },
  unavailable: (service) =>
    `The ${service} service does not answer right now. Everything else keeps working.`,
  unavailableSomewhere: 'A service does not answer right now. Everything else keeps working.',
  services: {
    'customer-service': 'Customers',
    'inventory-service': 'Stock',
    'billing-service': 'Billing',
  },
  stale: 'Reload to see the current version; your changes will be lost.',
  required: 'Required',
  tooLong: (max) => `At most ${max} characters`,
  incorrect: 'Not a valid value',
  notANumber: 'A number, for example 12.50',
  outOfRange: 'Out of range',
  unknownRecord: 'Does not exist, or no longer',
  notEnough: 'Not enough stock',
};
