import { resolve } from 'node:path';

import { z } from 'zod';

import { cannotStart } from './cannot-start.ts';
import { LOG_LEVELS } from './log.ts';

/**
 * Reads a process's configuration from the environment, once. A value that does not fit ends the
 * process with one line that names the variable and what it must be.
 */
export function readConfig<S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>> = Bun.env,
): z.output<S> {
  const result = schema.safeParse(withoutEmpty(env));
  if (result.success) return result.data;
  const complaints = result.error.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message} (is '${env[String(path[0])] ?? ''}')`,
  );
  return cannotStart(complaints.join('; '));
}

export const port = (fallback: number) => wholeNumber(0, 65_535).default(fallback);

/** A number without a fraction, within these bounds. */
export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const range =
    most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`;
  return z.coerce
    .number({ error: `Must be a whole number ${range}` })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, {
      error: `Must be a whole number ${range}`,
    });
};

/** What every process understands. */
export const commonConfig = {
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z
    .string()
    .transform((level) => (level === 'warn' ? 'warning' : level.toLowerCase()))
    .pipe(z.enum(LOG_LEVELS))
    .default('info'),
  /** Bun's own limit of fetches under way, which it reads when the process starts. */
  BUN_CONFIG_MAX_HTTP_REQUESTS: wholeNumber(1, 65_535).default(256),
  MAX_BODY_BYTES: wholeNumber(1).default(1_048_576),
  EUREKA_URL: z
    .string()
    .default('http://localhost:8761/eureka')
    .transform((list) => list.split(',').map((url) => url.trim().replace(/\/+$/, '')))
    .pipe(z.array(z.url()).min(1)),
  /** Where this process runs; it registers it, and prefers to call instances of the same zone. */
  ZONE: z.string().optional(),
  /** Where no registry runs, this table stands in: `customer-service=http://…,…=…`. */
  SERVICE_ADDRESSES: z.string().default('').transform(addressTable),
};

/** What every process with a database understands as well; `DATA_DIR` counts from the root. */
export const databaseConfig = {
  DATABASE_URL: z.string().optional(),
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((folder) => resolve(import.meta.dir, '..', folder)),
  /** Whether the demo data is wanted. */
  DEMO: z
    .enum(['on', 'off'])
    .default('on')
    .transform((value) => value === 'on'),
};

/** Each service's name with the addresses of its instances; a name may come more than once. */
function addressTable(list: string, context: z.RefinementCtx): Record<string, string[]> {
  const table: Record<string, string[]> = {};
  for (const entry of list.split(',').filter(Boolean)) {
    const [name = '', url = ''] = entry.split('=').map((part) => part.trim());
    if (name === '' || !URL.canParse(url)) {
      context.addIssue({ code: 'custom', message: `Must be name=address, is '${entry}'` });
      continue;
    }
    (table[name] ??= []).push(url);
  }
  return table;
}

/** An empty variable is one that is not set. */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
