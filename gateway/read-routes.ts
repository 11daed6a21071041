import { relative } from 'node:path';

import { cannotStart } from 'platform/cannot-start';

import { type Environment, parseRouteFile, RouteFileError } from './route-file.ts';
import { assertRoutable } from './route-source.ts';
import type { RouteDefinition } from './routes.ts';

/** The routes of a file, all valid; throws `RouteFileError` with whatever is wrong. */
export async function readRoutes(path: string, env: Environment): Promise<RouteDefinition[]> {
  const name = shortName(path);
  const text = await Bun.file(path)
    .text()
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RouteFileError([`${name} cannot be read: ${reason}`]);
    });
  const routes = parseRouteFile(text, name, env);
  assertRoutable(routes);
  return routes;
}

/** The routes that the gateway starts with; a bad table ends the process with one line. */
export async function readRoutesOrExit(path: string, env: Environment): Promise<RouteDefinition[]> {
  try {
    return await readRoutes(path, env);
  } catch (error) {
    if (!(error instanceof RouteFileError)) throw error;
    return cannotStart(`the route table is refused: ${error.message}`);
  }
}

function shortName(path: string): string {
  const name = relative(process.cwd(), path);
  return name.startsWith('..') ? path : name;
}
