import { join } from 'node:path';

import { databaseConfig, readConfig } from 'platform/config';
import { openDatabase } from 'platform/open-database';
import { z } from 'zod';

import { findDisagreements } from './reconcile-store.ts';
import { reportOf } from './stock-report.ts';

// Says where stock and ledger disagree; ends with 1 when they do.
const config = readConfig(z.object(databaseConfig));
const sql = await openDatabase('inventory', config, join(import.meta.dir, 'migrations'));
const disagreements = await findDisagreements(sql);
await sql.end();

process.stdout.write(reportOf(disagreements));
process.exit(disagreements.length === 0 ? 0 : 1);
