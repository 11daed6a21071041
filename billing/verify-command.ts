import { join } from 'node:path';

import { runCommand } from 'platform/command';
import { connect } from 'platform/database';
import { withDatabase } from 'platform/database-url';

import { compareFigures, recountFigures } from './figures-store.ts';
import { verify } from './verify.ts';

const root = join(import.meta.dir, '..');

// `bun run --filter billing verify`, while the system runs or not: one line per finding; ends with 1
// when there is one. With `--recount` the sums of the dashboard are counted anew first.
await runCommand({ name: 'verify the invoices', root }, async ({ server }) => {
  const sql = connect(withDatabase(server.url, 'billing'));
  if (process.argv.includes('--recount')) await recountFigures(sql);
  const { invoices, creditNotes, findings, omitted } = await verify(sql);
  const figures = await compareFigures(sql);
  await sql.end();
  const lines = [
    ...findings.map(({ document, complaint }) => `${document}: ${complaint}`),
    ...figures.map((table) => `${table}: Its sums are not those of the documents`),
  ];
  const summary = `${invoices} invoices, ${creditNotes} credit notes read, ${lines.length + omitted} findings`;
  process.stdout.write(`${[...lines, summary].join('\n')}\n`);
  return lines.length > 0 ? 1 : 0;
});
