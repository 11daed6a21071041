import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

import type { Log } from 'platform/log';

import { readRoutes } from './read-routes.ts';
import { type Environment, RouteFileError } from './route-file.ts';
import type { RouteSource } from './route-source.ts';

type WatchDeps = {
  readonly path: string;
  readonly env: Environment;
  readonly source: RouteSource;
  readonly log: Log;
};

/**
 * Takes over the route table whenever its file is saved. A bad one is refused, with its reasons in
 * the log and under `/gateway/routes`, and the table that is live stays. Returns what ends it.
 */
export function watchRoutes({ path, env, source, log }: WatchDeps): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reload = async () => {
    try {
      source.replaceFileRoutes(await readRoutes(path, env));
    } catch (error) {
      if (!(error instanceof RouteFileError)) throw error;
      source.refuseFileRoutes(error.complaints);
      log.error('The route table is refused, the old one stays: {reasons}', {
        reasons: error.message,
      });
    }
  };
  // Most editors save by putting another file in the place of this one, so the folder is watched.
  const watcher = watch(dirname(path), (_event, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), SETTLE_MS);
  });
  watcher.unref();
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** A file may be written in several steps. */
const SETTLE_MS = 50;
