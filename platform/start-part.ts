import { join } from 'node:path';

import { keepRunning, type Kept } from './keep-running.ts';
import { launchPart } from './launch-part.ts';
import { MIGRATING } from './migrate-store.ts';
import { EXIT_WITH_PARENT } from './parent-watch.ts';
import { callableHost } from './ports.ts';
import { relayLine } from './relay-output.ts';
import type { Part, Run, System } from './system.ts';

/** A part that, once started, is kept running. `databaseUrl` is asked at each launch. */
export function keepPart(run: Run, part: Part, databaseUrl: () => string): Kept {
  const { system, output, record } = run;
  const { name, command, cwd = '.', upWhen = healthOf(system, part) } = part;
  // A first build takes minutes on a small machine.
  const limit = upWhen instanceof RegExp ? { limitMs: 600_000 } : {};
  return keepRunning({
    name,
    say: output.print,
    async launch(signal) {
      const instance = await launchPart({
        name,
        command,
        cwd: join(system.root, cwd),
        upWhen,
        busyWhen: MIGRATING,
        ...limit,
        signal,
        env: environmentOf(system, part, databaseUrl()),
        onLine: (line) => output.print(relayLine(name, line, output.isTerminal)),
      });
      record.add(name, instance.pid);
      return instance;
    },
  });
}

/** Where people and other parts find it. */
export function addressOf({ host }: System, { port, isSecure = false }: Part): string {
  const scheme = isSecure ? 'https' : 'http';
  return port === undefined ? '' : `${scheme}://${callableHost(host)}:${port}`;
}

const healthOf = (system: System, part: Part) => new URL('/health/ready', addressOf(system, part));

function environmentOf(system: System, part: Part, databaseUrl: string) {
  return {
    ...system.env,
    HOST: system.host,
    DATA_DIR: system.dataDir,
    [EXIT_WITH_PARENT]: `${process.pid}`,
    ...(part.port === undefined ? {} : { PORT: `${part.port}` }),
    ...(part.database === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}
