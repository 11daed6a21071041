import type { Idempotency } from './request-reader.ts';

/** The name that Stripe gave it. */
export const REPLAYED = 'Idempotent-Replayed';

/** Beside the requests, since those who answer them only pass them on. */
const replayed = new WeakSet<Idempotency>();

/** Notes that a request gets what an earlier one with its key got. */
export const noteReplay = (request: Idempotency): void => void replayed.add(request);

export const isReplay = (request: Idempotency): boolean => replayed.has(request);
