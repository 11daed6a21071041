import { z } from 'zod';

import { readConfig } from './config.ts';
import { contract } from './contract.ts';
import type { Discovery } from './discovery.ts';
import { feign } from './feign.ts';
import { conflict } from './problem.ts';
import { forget, type References, references } from './references.ts';
import { RemoteError } from './remote-error.ts';

/** Throws 409 with what refers to a record, 503 and the like when somebody who may does not say. */
export type AssertUnreferred = (id: string) => Promise<void>;

/**
 * Asks each service that may refer to records of a collection. The truth stays with those who refer:
 * counts sent here would be old when a data set is restored, and one more thing to tell for every
 * record of theirs.
 */
export function askReferrers(
  collection: string,
  { services, discovery }: { readonly services: readonly string[]; readonly discovery: Discovery },
): AssertUnreferred {
  const clients = services.map((service) =>
    feign(contract(service, { references }), { discovery }),
  );
  return async (id) => {
    const answers = await Promise.all(
      clients.map((client) => client.references({ collection, id })),
    );
    const counts = answers.flatMap((answer) => answer.references);
    if (counts.length === 0) return;
    const all = counts.map(said).join(', ');
    conflict('in-use', 'Others refer to it', {
      detail: `What refers to '${id}': ${all}. Archive it instead`,
      errors: counts.map((counted) => ({
        pointer: '',
        code: `referred_by_${counted.kind}`,
        detail: said(counted),
      })),
    });
  };
}

/** A record whose person is to be forgotten, and since when. */
export type Forgotten = { readonly id: string; readonly forgottenAt: string };

/** Ends early with the signal; throws then, and when somebody does not answer. */
export type TellForgotten = (forgotten: Forgotten, signal: AbortSignal) => Promise<void>;

/** Tells each of the services to forget the person of a record, `TELLING_LIMIT_MS` at most. */
export function tellReferrers(
  collection: string,
  { services, discovery }: { readonly services: readonly string[]; readonly discovery: Discovery },
): TellForgotten {
  const clients = services.map((service) => feign(contract(service, { forget }), { discovery }));
  const limits = { timeoutMs: 8000, totalTimeoutMs: TELLING_LIMIT_MS };
  return async ({ id, forgottenAt }, signal) => {
    const call = { collection, id, body: { forgottenAt } };
    const told = clients.map((client) => client.forget(call, { ...limits, signal }));
    await Promise.all(told.map((answer) => answer.catch(unlessThereAgain)));
  };
}

export const TELLING_LIMIT_MS = 10_000;

/** Somebody filled the record in again meanwhile: nobody is left to be forgotten. */
function unlessThereAgain(error: unknown): undefined {
  if (error instanceof RemoteError && error.status === 409) return undefined;
  throw error;
}

const said = ({ kind, count }: References['references'][number]) => `${kind}: ${count}`;

/** `REFERRERS`: who is asked before a record is deleted; `none` for a system without such services. */
export function readReferrers(fallback: string): string[] {
  const { REFERRERS } = readConfig(z.object({ REFERRERS: z.string().default(fallback) }));
  return REFERRERS.split(',').filter((name) => name !== '' && name !== 'none');
}
