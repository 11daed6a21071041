import { createORPCClient } from '@orpc/client';
import { type ContractRouterClient, oc } from '@orpc/contract';
import { RequestValidationPlugin, ResponseValidationPlugin } from '@orpc/contract/plugins';
import type { JsonifiedClient } from '@orpc/openapi-client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { Hono } from 'hono';
import { hc } from 'hono/client';
import ky from 'ky';
import { fixedDiscovery } from 'platform/discovery';
import { feign } from 'platform/feign';
import { z } from 'zod';

import { Customer, customer, customers } from './client-sample.ts';

/** One read of one customer, by each client, against the same service. */
export type Peer = { readonly name: string; readonly read: (id: string) => Promise<unknown> };

export function peersOf(url: string): Peer[] {
  return [
    plainFetch(url),
    plainKy(url),
    kyWithSchema(url),
    ours(url),
    honoClient(url),
    orpc(url, 'oRPC, no validation', false),
    orpc(url, 'oRPC, validating', true),
  ];
}

function plainFetch(url: string): Peer {
  const read = async (id: string) => await (await fetch(`${url}/customers/${id}`)).json();
  return { name: 'fetch', read };
}

function plainKy(url: string): Peer {
  const client = ky.create({ baseUrl: url });
  return { name: 'ky', read: (id) => client(`customers/${id}`).json() };
}

function kyWithSchema(url: string): Peer {
  const client = ky.create({ baseUrl: url });
  return { name: 'ky, validating', read: (id) => client(`customers/${id}`).json(Customer) };
}

/** With everything on: discovery, balancing, retries, budget, circuit, bulkhead, validation. */
function ours(url: string): Peer {
  const client = feign(customers, { discovery: fixedDiscovery({ 'customer-service': [url] }) });
  return { name: 'feign', read: (id) => client.get({ id }) };
}

function honoClient(url: string): Peer {
  const app = new Hono().get('/customers/:id', (c) => c.json(customer));
  const client = hc<typeof app>(url);
  const read = async (id: string) =>
    await (await client.customers[':id'].$get({ param: { id } })).json();
  return { name: 'hono hc', read };
}

function orpc(url: string, name: string, isValidating: boolean): Peer {
  const contract = {
    get: oc
      .route({ method: 'GET', path: '/customers/{id}' })
      .input(z.object({ id: z.uuid() }))
      .output(Customer),
  };
  const plugins = isValidating
    ? [new RequestValidationPlugin(contract), new ResponseValidationPlugin(contract)]
    : [];
  const client: JsonifiedClient<ContractRouterClient<typeof contract>> = createORPCClient(
    new OpenAPILink(contract, { url, plugins }),
  );
  return { name, read: (id) => client.get({ id }) };
}
