import { join } from 'node:path';

import { askReferrers, readReferrers } from 'platform/referrers';
import { ownContext, withContext } from 'platform/request-context';
import { startService } from 'platform/start-service';

import { createCustomerApp } from './app.ts';
import { customers } from './contract.ts';
import { demoCustomers } from './demo.ts';
import { createCustomerStore } from './store.ts';
import { startTelling } from './telling.ts';

await startService({
  name: 'customer',
  service: customers.service,
  port: 8081,
  migrations: join(import.meta.dir, 'migrations'),
  async build({ sql, config, log, discovery, options }) {
    const store = createCustomerStore(sql);
    if (config.DEMO)
      await withContext(ownContext(customers.service), () => store.seed(demoCustomers));
    const services = readReferrers('billing-service');
    const assertUnreferred = askReferrers('customers', { services, discovery });
    const app = createCustomerApp({ store, assertUnreferred, ...options });
    const telling = startTelling({ sql, services, discovery, log });
    return { app, close: () => telling.stop() };
  },
});
