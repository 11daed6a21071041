import * as z from 'zod';

import { empty, json, problem, upstreamProblems } from './contract.ts';
import { Id, Instant } from './fields.ts';

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

const Referred = z.object({
  collection: z.string().regex(/^[a-z0-9-]{1,40}$/, 'Must be a path'),
  id: Id,
});

/** The operation of a service that may refer to records of others, which it names by their path. */
export const references = {
  method: 'get',
  path: '/references/{collection}/{id}',
  summary: "What refers to another service's record, which cannot be deleted while something does",
  request: { params: Referred },
  responses: { 200: json(References) },
} as const;

/**
 * The operation of a service that keeps copies of what others say about persons. It is told again
 * until it has answered, and once more later. It believes nobody: 409 when whoever keeps the record
 * says that the person is still there.
 */
export const forget = {
  method: 'post',
  path: '/references/{collection}/{id}/forget',
  summary: 'Forget the person of a record wherever what was copied of it may still change',
  request: {
    params: Referred,
    body: json(
      z
        .strictObject({
          /** What somebody typed well after this stays: it was known by then. */
          forgottenAt: Instant.refine((at) => Date.parse(at) > 0, 'Must be after 1970'),
        })
        .meta({ id: 'Forgotten' }),
    ),
  },
  responses: { 204: empty, 409: problem, ...upstreamProblems },
  isRepeatable: true,
} as const;
