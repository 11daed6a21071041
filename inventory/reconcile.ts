import { parseArgs } from 'node:util';

import { runCommand } from 'platform/command';
import { connect } from 'platform/database';
import { withDatabase } from 'platform/database-url';

import { findDisagreements } from './reconcile-store.ts';
import { reportOf } from './stock-report.ts';

await runCommand({
  name: 'reconcile the stock',
  usage: 'bun inventory/reconcile.ts',
  about: 'Says where stock and ledger disagree, a line each; ends with 1 when they do.',
  read: () => parseArgs(),
  async work(_, { server }) {
    const sql = connect(withDatabase(server.url, 'inventory'));
    const disagreements = await findDisagreements(sql);
    await sql.end();
    process.stdout.write(reportOf(disagreements));
    return disagreements.length === 0 ? 0 : 1;
  },
});
