import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { Log } from 'platform/log';
import { z } from 'zod';

import { registered } from './app-entries.ts';
import { createAppPieces } from './app-pieces.ts';
import { ENCODINGS } from './encodings.ts';
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
    const text = gunzipSync(await Bun.file(file).bytes()).toString();
    const { applications } = Snapshot.parse(JSON.parse(text));
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
 * Writes all instances in Eureka's own JSON, compressed: of both, only what has changed since the
 * last time is made anew. The file is always whole: it is written beside its place and moved there.
 */
export function createSnapshotWriter(file: string, leases: Leases) {
  const pieces = createAppPieces();
  return {
    async write(): Promise<void> {
      const head = ENCODINGS.json.head(leases.version(), leases.hashcode());
      const bytes = pieces.gzip(head, registered(leases), 'json');
      await mkdir(dirname(file), { recursive: true });
      await Bun.write(`${file}.new`, bytes);
      await rename(`${file}.new`, file);
    },
  };
}
