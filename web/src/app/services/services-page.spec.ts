import { TestBed } from '@angular/core/testing';

import { Language } from '../i18n/language.ts';
import { provideIcons } from '../ui/icons.ts';
import { ServicesPage } from './services-page.ts';

const instance = { id: 'a', url: 'http://127.0.0.1:8081', status: 'UP', metadata: {} };

const UPSTREAMS = {
  worker: 1,
  workers: 1,
  upstreams: [
    {
      name: 'customer-service',
      routes: ['customers'],
      balance: 'leastPending',
      bulkhead: { running: 0, concurrent: 8, queued: 0, waiting: 8 },
      circuits: [],
      instances: [{ id: 'a', url: instance.url, state: 'up', pending: 0, share: 1 }],
    },
  ],
};

/** A browser without server-sent events, whose gateway answers with `view`. */
async function setUp(view: unknown) {
  vi.stubGlobal('EventSource', undefined);
  vi.stubGlobal('fetch', async (url: string) =>
    Response.json(url === '/gateway/services' ? view : UPSTREAMS),
  );
  TestBed.configureTestingModule({ providers: [provideIcons()] });
  TestBed.inject(Language).choose('fr');
  const fixture = TestBed.createComponent(ServicesPage);
  const root: HTMLElement = fixture.nativeElement;
  await vi.waitFor(() => expect(root.querySelector('.services')).not.toBeNull());
  return root;
}

describe('ServicesPage', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('lists instances by polling where there are no server-sent events', async () => {
    const services = [{ name: 'customer-service', instances: [instance] }];
    const root = await setUp({ routes: 'registry', services });
    expect(root.textContent).toContain('http://127.0.0.1:8081');
    expect(root.textContent).toContain('Actualisé toutes les 5 s');
  });

  it('shows a service that the registry does not know as missing', async () => {
    const root = await setUp({ routes: 'registry', services: [] });
    const billing = root.querySelector('[aria-labelledby="service-billing-service"]');
    expect(billing?.textContent).toContain('Aucune instance');
  });

  it('shows the addresses of the static table, and counts nothing as missing', async () => {
    const root = await setUp({ routes: 'static', services: [] });
    expect(root.textContent).toContain('Table statique');
    expect(root.textContent).toContain('En service');
    expect(root.textContent).not.toContain('Aucune instance');
  });
});
