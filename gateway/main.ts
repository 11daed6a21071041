import { readConfig } from 'platform/config';

import { GatewayConfig } from './config.ts';
import { runGateway } from './run-gateway.ts';
import { runWorkers } from './workers.ts';

const config = readConfig(GatewayConfig);
const isParent = config.GATEWAY_WORKERS > 1 && config.GATEWAY_WORKER === undefined;
await (isParent ? runWorkers(config) : runGateway(config));
