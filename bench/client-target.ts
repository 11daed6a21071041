import { customers } from 'customer/contract';
import { implement } from 'platform/implement';
import { notFound } from 'platform/problem';

import { customer } from './client-sample.ts';

/** The service that all clients call: the real contract over one customer in memory. */
const app = implement(customers, {
  get: ({ id }) => (id === customer.id ? customer : notFound('customer', id)),
  list: ({ page, size }) => ({ items: [customer], page, size, total: 1, totalIsExact: true }),
  create: () => customer,
  update: () => customer,
  patch: () => customer,
  remove: () => undefined,
});

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 120,
  fetch: (request) => app.fetch(request),
});
console.log(server.url.origin);
