import { hostname } from 'node:os';
import { join } from 'node:path';

import { callMetrics } from 'platform/call-metrics';
import { warnOfFetchLimit } from 'platform/fetch-limit';
import { startService } from 'platform/start-service';

import { startBilling } from './billing.ts';
import { createClients } from './clients.ts';
import { invoices } from './contract.ts';

await startService({
  name: 'billing',
  service: invoices.service,
  port: 8083,
  migrations: join(import.meta.dir, 'migrations'),
  async build({ sql, config, log, discovery, options }) {
    warnOfFetchLimit(config, log);
    const observe = callMetrics(options.metrics.registry);
    const clients = createClients({ discovery, zone: config.ZONE, observe });
    const owner = `${hostname()}:${config.PORT || process.pid}`;
    const billing = { sql, clients, owner, options, wantsDemo: config.DEMO };
    const { app, stop } = await startBilling(billing);
    return { app, close: stop };
  },
});
