import * as z from 'zod';

import { json } from './contract.ts';
import { Id } from './fields.ts';

/** What of one service refers to a record of another, by kind; a kind with nothing is left out. */
export const References = z
  .object({
    references: z.array(
      z.object({
        /** In the plural, as `errors` says it: `invoices`. */
        kind: z.string(),
        /** Exact up to 10,000, beyond that "at least". */
        count: z.int(),
      }),
    ),
  })
  .meta({ id: 'References' });
export type References = z.output<typeof References>;

/** The operation of a service that may refer to records of others, which it names by their path. */
export const references = {
  method: 'get',
  path: '/references/{collection}/{id}',
  summary: "What refers to another service's record, which cannot be deleted while something does",
  request: {
    params: z.object({ collection: z.string().regex(/^[a-z-]{1,40}$/, 'Must be a path'), id: Id }),
  },
  responses: { 200: json(References) },
} as const;
