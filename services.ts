import { join } from 'node:path';

// The architecture as code: what runs, on which port, with which database, which is waited for.
// All others start together; the last in the list stops first.
export const services = [
  { name: 'registry', port: 8761, about: 'who is there: status page' },
  { name: 'gateway', port: 8888, about: 'web app, /api, /docs' },
  { name: 'customer', port: 8081, about: 'customers', database: 'customer' },
  { name: 'inventory', port: 8082, about: 'products and stock', database: 'inventory' },
  { name: 'billing', port: 8083, about: 'invoices', database: 'billing' },
];

/** The databases of those that have one, and where their migrations are. */
export const databases = services.flatMap(({ database: name }) =>
  name === undefined ? [] : [{ name, migrations: join(import.meta.dir, name, 'migrations') }],
);
