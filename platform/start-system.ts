import { buildOnce } from './build-once.ts';
import { relayLine } from './relay-output.ts';
import { databaseOf, type PartDatabase } from './start-database.ts';
import { addressOf, keepPart } from './start-part.ts';
import type { Output, Run, System } from './system.ts';

export type Start = {
  /** Resolves to the table of addresses once all is up; rejects when a step fails. */
  readonly run: () => Promise<readonly string[]>;
  /** Ends all that was started, last part first and the database server at the end. */
  readonly stop: () => Promise<void>;
};

/** How long a start may be silent. */
const PROGRESS_INTERVAL_MS = 5000;

/** Lays out a start: what could be running is known, and can be stopped, before anything runs. */
export function prepareStart(run: Run): Start {
  const { system, output } = run;
  const database = databaseOf(run);
  const parts = system.parts.map((part) => ({ part, kept: keepPart(run, part, database.url) }));
  let steps: ReadonlyMap<string, Promise<void>> = new Map();

  const begin = (): ReadonlyMap<string, Promise<void>> => {
    const prepared = database.start();
    const begun = new Map([
      ['postgres', prepared],
      [system.build?.name ?? 'build', buildSystem(system, output, run.signal)],
    ]);
    for (const { part, kept } of parts) {
      const up = (part.database ? prepared : Promise.resolve()).then(async () => kept.start());
      begun.set(
        part.name,
        up.then(() => output.print(line(part.name, addressOf(system, part)))),
      );
    }
    return begun;
  };

  return {
    async run() {
      steps = begin();
      await withProgress(steps, run);
      return tableOf(system, database);
    },
    async stop() {
      for (const { kept } of parts.toReversed()) await kept.stop();
      await database.stop();
      await Promise.allSettled(steps.values());
    },
  };
}

/** Builds what the system needs built, unless that was done. */
export async function buildSystem(
  { build, root, env }: System,
  { print, isTerminal }: Output,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (build === undefined) return;
  // One that is broken off complains at length.
  const onLine = (text: string) => {
    if (!signal.aborted) print(relayLine(build.name, text, isTerminal));
  };
  await buildOnce(build, { root, env, signal, say: print, onLine });
}

/** Waits for all steps, and names those that take long. */
async function withProgress(steps: ReadonlyMap<string, Promise<void>>, { output, signal }: Run) {
  const startedAt = performance.now();
  const waiting = new Set(steps.keys());
  for (const [name, step] of steps) {
    void step.then(
      () => waiting.delete(name),
      () => undefined, // Promise.all below tells.
    );
  }
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    if (!signal.aborted)
      output.print(`Still waiting for ${[...waiting].join(', ')} (${seconds} s)`);
  }, PROGRESS_INTERVAL_MS);
  try {
    await Promise.all(steps.values());
  } finally {
    clearInterval(timer);
  }
}

function tableOf(system: System, database: PartDatabase): readonly string[] {
  const addresses = system.parts
    .filter(({ port }) => port !== undefined)
    .map((part) => line(part.name, addressOf(system, part), part.about));
  const server = database.url() && line('postgres', new URL(database.url()).host);
  return ['', ...addresses, ...(server ? [server] : []), '', 'ready'];
}

const line = (name: string, address: string, about = '') =>
  `  ${name.padEnd(10)} ${address.padEnd(24)} ${about}`.trimEnd();
