import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { refuseRunning, runCheck, runCommand } from './platform/command.ts';
import type { Progress } from './platform/progress.ts';
import { restore, undoRestore } from './platform/restore.ts';
import { databases } from './services.ts';

const checks = [['billing/verify-command.ts'], ['inventory/reconcile.ts']];

await runCommand({
  name: 'restore',
  usage: 'bun run restore FILE, or bun run restore --undo',
  about:
    'Puts a backup in the place of all data, and checks it; --undo brings back what was there.',
  read() {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { undo: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (positionals.length !== (values.undo ? 0 : 1)) {
      throw new Error("Say from where: 'bun run restore FILE', or 'bun run restore --undo'");
    }
    return file === undefined ? undefined : resolve(file);
  },
  async work(file, { server, progress }) {
    refuseRunning(server);
    if (file !== undefined) return await putBack(file, server.url, progress);
    await undoRestore({ server: server.url, databases });
    progress.say('The data is that from before the restore; --undo again takes this back');
    return 0;
  },
});

async function putBack(file: string, url: string, progress: Progress): Promise<number> {
  const { kept } = await restore({ server: url, databases, file, progress });
  progress.say('Restored; checking the books');
  let code = 0;
  for (const check of checks) {
    code = Math.max(code, await runCheck(check, { cwd: import.meta.dir, url }));
  }
  if (kept.length > 0) {
    progress.say(
      `What was there is kept until the next restore (${kept.join(', ')}): 'bun run restore --undo' brings it back`,
    );
  }
  return code;
}
