import { join } from 'node:path';

import { askReferrers, readReferrers } from 'platform/referrers';
import { repeat } from 'platform/repeat';
import { ownContext, withContext } from 'platform/request-context';
import { startService } from 'platform/start-service';

import { createInventoryApp } from './app.ts';
import { products } from './contract.ts';
import { demoProducts } from './demo.ts';
import { expireReservations } from './expiry-store.ts';
import { createMovementStore } from './movement-store.ts';
import { createReservationStore } from './reservation-store.ts';
import { createProductStore } from './store.ts';

await startService({
  name: 'inventory',
  service: products.service,
  port: 8082,
  migrations: join(import.meta.dir, 'migrations'),
  async build({ sql, config, log, discovery, options }) {
    const store = createProductStore(sql);
    const movements = createMovementStore(sql);
    const reservations = createReservationStore(sql);
    if (config.DEMO)
      await withContext(ownContext(products.service), () => store.seed(demoProducts));
    const sweeper = repeat({
      service: products.service,
      what: 'give back expired reservations',
      everyMs: 5000,
      log,
      work: () => expireReservations(sql),
    });
    const services = readReferrers('billing-service');
    const assertUnreferred = askReferrers('products', { services, discovery });
    const stores = { store, movements, reservations };
    const app = createInventoryApp({ ...stores, assertUnreferred, ...options });
    return { app, close: () => sweeper.stop() };
  },
});
