import { implement } from 'platform/implement';
import { notFound } from 'platform/problem';

import { customer, customers } from './client-sample.ts';

/** The service that all clients call: one customer in memory. */
const app = implement(customers, {
  get: ({ id }) => (id === customer.id ? customer : notFound('customer', id)),
});

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 120,
  fetch: (request) => app.fetch(request),
});
console.log(server.url.origin);
