import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Log } from 'platform/log';
import { z } from 'zod';

import { ENCODINGS, textOf } from './encodings.ts';
import type { Instance } from './instance.ts';
import type { Leases } from './leases.ts';
import { readInstance } from './registration.ts';

/** What a registry knew in its last life. */
export type Past = {
  readonly instances: readonly Instance[];
  /** Its last version; 0 where there is no past. */
  readonly version: number;
};

const Snapshot = z.object({
  applications: z.object({
    versions__delta: z.coerce.number().int().nonnegative(),
    application: z.array(z.object({ instance: z.array(z.unknown()) })),
  }),
});

/** Reads a snapshot; one that is not there or cannot be read is no past, and said so. */
export async function readSnapshot(file: string | undefined, log: Log): Promise<Past> {
  const nothing = { instances: [], version: 0 };
  if (file === undefined || !(await Bun.file(file).exists())) return nothing;
  try {
    const { applications } = Snapshot.parse(await Bun.file(file).json());
    const instances = applications.application
      .flatMap(({ instance }) => instance)
      .map((raw) => readInstance(raw, { nowMs: Date.now(), strict: false }));
    return { instances, version: applications.versions__delta };
  } catch (error) {
    log.warning('Cannot read {file}: starting without a past', { file, error });
    return nothing;
  }
}

/**
 * Writes all instances in Eureka's own JSON, whose texts are at hand. The file is always whole: it
 * is written beside its place and then moved there.
 */
export async function writeSnapshot(file: string, leases: Leases): Promise<void> {
  const { json } = ENCODINGS;
  const apps = [...leases.apps].map(([name, instances]) =>
    json.application(
      name,
      Array.from(instances.values(), ({ entry }) => textOf(entry, 'json')),
    ),
  );
  const text =
    json.head(leases.version(), leases.hashcode()) + apps.join(json.separator) + json.tail;
  await mkdir(dirname(file), { recursive: true });
  await Bun.write(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
