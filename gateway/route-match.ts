import { z } from 'zod';

import { FORWARDED_METHODS } from './forwarded-methods.ts';
import { oneOrMany } from './one-or-many.ts';
import { parsePathPattern } from './path-pattern.ts';
import { HeaderName, Regex } from './route-values.ts';

const Path = z.string().check((context) => {
  const pattern = parsePathPattern(context.value);
  if (typeof pattern === 'string')
    context.issues.push({ code: 'custom', message: pattern, input: context.value });
});

/** The conditions of a route, all of which must hold. */
export const Match = z.strictObject({
  path: oneOrMany(Path),
  /** Without port; `*.example.com` for any name below. */
  host: oneOrMany(
    z.string().regex(/^(?:\*\.)?[a-z0-9.:[\]-]+$/, 'is no host in lower case without a port'),
  ).optional(),
  method: oneOrMany(z.enum(FORWARDED_METHODS)).optional(),
  /** Header, query parameter or cookie by name: the regular expression that its value fits. */
  header: z.record(HeaderName, Regex).optional(),
  query: z.record(z.string(), Regex).optional(),
  cookie: z.record(z.string(), Regex).optional(),
  /** The share of the requests that this route gets among those of its group. */
  weight: z.strictObject({ group: z.string(), weight: z.int().min(0) }).optional(),
});
