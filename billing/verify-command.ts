import { databaseConfig, readConfig } from 'platform/config';
import { connect } from 'platform/database';
import { databaseUrl } from 'platform/database-url';
import { z } from 'zod';

import { compareFigures, recountFigures } from './figures-store.ts';
import { verify } from './verify.ts';

// `bun run --filter billing verify`: one line per finding; ends with 1 when there is one. With
// `--recount` the sums of the dashboard are counted anew first.
const sql = connect(databaseUrl('billing', readConfig(z.object(databaseConfig))));
if (process.argv.includes('--recount')) await recountFigures(sql);
const { invoices, creditNotes, findings, omitted } = await verify(sql);
const figures = await compareFigures(sql);
const lines = [
  ...findings.map(({ document, complaint }) => `${document}: ${complaint}`),
  ...figures.map((table) => `${table}: Its sums are not those of the documents`),
];
const summary = `${invoices} invoices, ${creditNotes} credit notes read, ${lines.length + omitted} findings`;
process.stdout.write(`${[...lines, summary].join('\n')}\n`);
await sql.end();
process.exitCode = lines.length > 0 ? 1 : 0;
