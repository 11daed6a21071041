import { databaseConfig, readConfig } from 'platform/config';
import { connect } from 'platform/database';
import { databaseUrl } from 'platform/database-url';
import { z } from 'zod';

import { verify } from './verify.ts';

// `bun run billing/verify-command.ts`: one line per finding; ends with 1 when there is one.
const sql = connect(databaseUrl('billing', readConfig(z.object(databaseConfig))));
const { invoices, creditNotes, findings } = await verify(sql);
for (const { document, complaint } of findings) {
  process.stdout.write(`${document}: ${complaint}\n`);
}
process.stdout.write(
  `${invoices} invoices and ${creditNotes} credit notes read, ${findings.length} findings\n`,
);
await sql.end();
process.exitCode = findings.length > 0 ? 1 : 0;
