import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { version } from './package.json';
import { backup } from './platform/backup.ts';
import { runCommand } from './platform/command.ts';
import { amount } from './platform/progress.ts';
import { databases } from './services.ts';

await runCommand({
  name: 'back up',
  usage: 'bun run backup FILE [--overwrite]',
  about: 'Writes all data, as of one moment, into one file, while the system runs or not.',
  read() {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { overwrite: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) {
      throw new Error("Say where to: 'bun run backup FILE'");
    }
    return { file: resolve(file), overwrite: values.overwrite };
  },
  async work({ file, overwrite }, { server, progress }) {
    const { rows, bytes } = await backup({
      server: server.url,
      databases: databases.map(({ name }) => name),
      file,
      overwrite,
      product: version,
      progress,
    });
    progress.say(`'${file}' is written: ${amount(rows, bytes)}`);
    return 0;
  },
});
