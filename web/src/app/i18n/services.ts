/** What the services' page says. */
export const servicesFr = {
  title: 'Services',
  intro: 'Ce que le registre sait, en direct.',
  introStatic: 'La passerelle suit sa table statique, quoi que dise le registre.',
  live: 'En direct',
  polling: 'Actualisé toutes les 5 s',
  lost: 'Connexion perdue, nouvelle tentative…',
  staticTable: 'Table statique',
  fromRegistry: 'Routes du registre',
  registryPage: 'Page du registre',
  empty: 'Aucun registre ne répond',
  emptyHint: 'L’application fonctionne sans lui : les adresses viennent de la table statique.',
  instances: (count: number) => (count > 1 ? `${count} instances` : `${count} instance`),
  noInstance: 'Aucune instance',
  states: { up: 'En service', 'set-aside': 'À l’écart', returning: 'De retour' },
  pending: (count: number) => (count > 1 ? `${count} requêtes en cours` : '1 requête en cours'),
  setAside: (reason: string, times: number, until: string) =>
    `${reason}${times > 1 ? `, ${times} fois de suite` : ''} : aucune requête avant ${until}`,
  queued: (count: number) =>
    count > 1 ? `${count} requêtes attendent leur tour` : '1 requête attend son tour',
  openCircuits: (routes: string) => `Circuit ouvert : ${routes}`,
  names: {
    'customer-service': 'Clients',
    'inventory-service': 'Stock',
    'billing-service': 'Facturation',
    'gateway-service': 'Passerelle',
  },
};

export const servicesEn: typeof servicesFr = {
  title: 'Services',
  intro: 'What the registry knows, live.',
  introStatic: 'The gateway follows its static table, whatever the registry says.',
  live: 'Live',
  polling: 'Refreshed every 5 s',
  lost: 'Connection lost, trying again…',
  staticTable: 'Static table',
  fromRegistry: 'Routes from the registry',
  registryPage: 'Registry page',
  empty: 'No registry answers',
  emptyHint: 'The app works without it: the addresses come from the static table.',
  instances: (count) => (count === 1 ? `${count} instance` : `${count} instances`),
  noInstance: 'No instances',
  states: { up: 'In service', 'set-aside': 'Set aside', returning: 'Returning' },
  pending: (count) => (count === 1 ? '1 request under way' : `${count} requests under way`),
  setAside: (reason, times, until) =>
    `${reason}${times > 1 ? `, ${times} times in a row` : ''}: no request before ${until}`,
  queued: (count) => (count === 1 ? '1 request waits for room' : `${count} requests wait for room`),
  openCircuits: (routes) => `Circuit open: ${routes}`,
  names: {
    'customer-service': 'Customers',
    'inventory-service': 'Stock',
    'billing-service': 'Billing',
    'gateway-service': 'Gateway',
  },
};
