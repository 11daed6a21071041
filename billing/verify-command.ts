import { parseArgs } from 'node:util';

import { runCommand } from 'platform/command';
import { connect } from 'platform/database';
import { withDatabase } from 'platform/database-url';

import { compareFigures, recountFigures } from './recount-store.ts';
import { verify } from './verify.ts';

await runCommand({
  name: 'verify the invoices',
  usage: 'bun run --filter billing verify [--recount]',
  about:
    'Reads every invoice again and says what is wrong, a line each; ends with 1 when something is. ' +
    '--recount counts the sums of the dashboard anew first.',
  read: () => parseArgs({ options: { recount: { type: 'boolean', default: false } } }).values,
  async work({ recount }, { server }) {
    const sql = connect(withDatabase(server.url, 'billing'));
    if (recount) await recountFigures(sql);
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
  },
});
