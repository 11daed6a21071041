import { afterAll, describe, expect, test } from 'bun:test';

import { fixedDiscovery } from 'platform/discovery';

import { type Clients, createClients } from './clients.ts';
import type { BillingApi } from './testing-api.ts';

/** What is sent, as `send` takes it. */
type Requests = readonly (readonly [line: string, request: object])[];

/** Clients of services that nobody runs. */
export const nobody = (): Clients => createClients({ discovery: fixedDiscovery({}) });

/** For tests: what these requests need fails, nothing changes, and later they are done. */
export function testNeeds(api: BillingApi, prepare: () => Promise<Requests>): void {
  const servers: Bun.Server<undefined>[] = [];
  const answering = (answer: () => Response | Promise<Response>, timeoutMs?: number) => () => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
    servers.push(server);
    const { origin } = server.url;
    const services = { 'customer-service': [origin], 'inventory-service': [origin] };
    const options = timeoutMs === undefined ? {} : { timeoutMs };
    return createClients({ discovery: fixedDiscovery(services), ...options });
  };
  afterAll(() => Promise.all(servers.map((server) => server.stop(true))));

  describe('a service that is needed', () => {
    for (const { what, status, clients } of [
      { what: 'is away', status: 503, clients: nobody },
      { what: 'answers nonsense', status: 502, clients: answering(() => new Response('?')) },
      { what: 'does not answer', status: 504, clients: answering(never, 50) },
    ]) {
      test(`and ${what} gives ${status} with its name, and nothing has changed`, async () => {
        const requests = await prepare();
        const before = await api.state();
        for (const [line, request] of requests) {
          // Clients anew, which have not learned yet to leave the others in peace.
          const answer = await api.among(clients(), () => api.send(line, request));
          expect([line, answer.status]).toEqual([line, status]);
          expect(answer.body.detail).toMatch(/(customer|inventory)-service/);
        }
        expect(await api.state()).toEqual(before);
        for (const [line, request] of requests) {
          expect([line, (await api.send(line, request)).status < 300]).toEqual([line, true]);
        }
      }, 20_000);
    }
  });
}

const never = () => new Promise<Response>(() => undefined);
