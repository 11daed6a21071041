import { readConfig } from 'platform/config';
import { createLog } from 'platform/log';
import { createMetrics } from 'platform/metrics';
import { serve } from 'platform/service';

import { createRegistryApp } from './app.ts';
import { registryConfig } from './config.ts';
import { createLeases } from './leases.ts';
import { readSnapshot } from './snapshot.ts';
import { startUpkeep } from './upkeep.ts';

const { listen: config, mode, snapshotFile, ...rest } = readConfig(registryConfig);
const log = createLog({ name: 'registry', level: rest.log });
const metrics = createMetrics();
const past = await readSnapshot(snapshotFile, log);
const leases = createLeases({ mode, startVersion: Math.max(Date.now(), past.version + 1) });
const registry = createRegistryApp({ ...rest.app, leases, log, metrics });
registry.restored.bringBack(past.instances);
const upkeep = startUpkeep({ ...registry, leases, log, snapshotFile });
const endStreams = () => registry.watch.stop();
serve({ ...registry, log, metrics, config, endStreams, close: () => upkeep.stop() });
