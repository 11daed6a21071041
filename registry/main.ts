import { commonConfig, port, readConfig } from 'platform/config';
import { createLog } from 'platform/log';
import { createMetrics } from 'platform/metrics';
import { serve } from 'platform/service';
import { z } from 'zod';

import { UserList } from './access.ts';
import { createRegistryApp } from './app.ts';
import { createLeases } from './leases.ts';
import { MODES } from './modes.ts';
import { startUpkeep } from './upkeep.ts';

const config = readConfig(
  z.object({
    ...commonConfig,
    REGISTRY_PORT: port(8761),
    PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    REGISTRY_USERS: UserList.optional(),
    REGISTRY_MODE: z.enum(['default', 'strict']).default('default'),
  }),
);
const log = createLog({ name: 'registry', level: config.LOG_LEVEL });
const metrics = createMetrics();
const leases = createLeases({ mode: MODES[config.REGISTRY_MODE] });
const registry = createRegistryApp({
  leases,
  log,
  metrics,
  host: config.HOST,
  users: config.REGISTRY_USERS,
  maxBodyBytes: config.MAX_BODY_BYTES,
});
const upkeep = startUpkeep({ leases, log });
serve({
  ...registry,
  log,
  metrics,
  config: { HOST: config.HOST, PORT: config.PORT ?? config.REGISTRY_PORT },
  endStreams: () => registry.watch.stop(),
  close: async () => upkeep.stop(),
});
