import { join } from 'node:path';

import { commonConfig, databaseConfig, port, wholeNumber } from 'platform/config';
import { z } from 'zod';

import { UserList } from './access.ts';
import { MODES } from './modes.ts';
import type { FetchRates } from './rate-limit.ts';

/** What the registry understands of the environment. */
export const registryConfig = z
  .object({
    ...commonConfig,
    DATA_DIR: databaseConfig.DATA_DIR,
    REGISTRY_PORT: port(8761),
    /** For one more process started by hand; wins over REGISTRY_PORT. */
    PORT: wholeNumber(0, 65_535).optional(),
    REGISTRY_MODE: z.enum(['default', 'strict']).default('default'),
    REGISTRY_USERS: UserList.optional(),
    /** Fetches a second, of which a fifth may be of everything; unset, they are only counted. */
    REGISTRY_FETCH_LIMIT: z.coerce.number().positive().optional(),
  })
  .transform(({ DATA_DIR, REGISTRY_PORT, PORT = REGISTRY_PORT, ...config }) => ({
    log: config.LOG_LEVEL,
    listen: { HOST: config.HOST, PORT },
    mode: MODES[config.REGISTRY_MODE],
    // A process on a port that nobody chose has no past to come back to.
    snapshotFile: PORT === 0 ? undefined : join(DATA_DIR, `registry-${PORT}.json.gz`),
    app: {
      host: config.HOST,
      users: config.REGISTRY_USERS,
      fetchRates: ratesOf(config.REGISTRY_FETCH_LIMIT),
      maxBodyBytes: config.MAX_BODY_BYTES,
    },
  }));

function ratesOf(all: number | undefined): FetchRates | undefined {
  return all === undefined ? undefined : { all, full: all / 5 };
}
