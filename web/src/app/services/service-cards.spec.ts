import { serviceCards } from './service-cards.ts';

const instance = { id: 'a', url: 'http://127.0.0.1:8081', status: 'UP' as const, metadata: {} };
const setAside = {
  since: '2026-11-22T10:00:00Z',
  until: '2026-11-22T10:00:30Z',
  times: 2,
  reason: 'ECONNREFUSED',
};
const upstream = {
  name: 'customer-service',
  routes: ['customers'],
  balance: 'leastPending' as const,
  bulkhead: { running: 3, concurrent: 8, queued: 2, waiting: 8 },
  circuits: [{ route: 'customers', state: 'open' as const }],
  instances: [
    { id: 'a', url: instance.url, state: 'set-aside' as const, pending: 3, share: 0, setAside },
  ],
};

describe('serviceCards()', () => {
  it('puts what the gateway finds beside what the registry knows', () => {
    const services = [{ name: 'customer-service', instances: [instance] }];
    const cards = serviceCards({ routes: 'registry', services }, [upstream]);
    const card = cards.find(({ name }) => name === 'customer-service');
    expect(card).toMatchObject({ queued: 2, openCircuits: ['customers'] });
    expect(card?.instances).toMatchObject([{ state: 'set-aside', pending: 3, setAside }]);
  });

  it('names what is needed and missing from the registry', () => {
    const cards = serviceCards({ routes: 'registry', services: [] }, []);
    expect(cards.map(({ name, instances }) => [name, instances.length])).toEqual([
      ['billing-service', 0],
      ['customer-service', 0],
      ['inventory-service', 0],
    ]);
  });

  it('shows the addresses of the static table where no registry runs', () => {
    const cards = serviceCards({ routes: 'static', services: [] }, [upstream]);
    expect(cards).toMatchObject([{ name: 'customer-service', instances: [{ pending: 3 }] }]);
  });
});
