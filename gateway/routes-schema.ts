import { join } from 'node:path';

import { z } from 'zod';

import { RouteFile } from './routes.ts';

/** The JSON Schema of the route file, by which editors complete and check it. */
export function routesSchema(): string {
  const schema = z.toJSONSchema(RouteFile, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

export const SCHEMA_FILE = join(import.meta.dir, 'routes.schema.json');

if (import.meta.main) await Bun.write(SCHEMA_FILE, routesSchema());
