import { isHTTPError } from 'ky';

import type { Bulkhead } from './bulkhead.ts';
import { type Attempts, createAttempts } from './client-attempts.ts';
import { callError, TimeIsOverError } from './client-failure.ts';
import type { CallLimits } from './client-limits.ts';
import type { PreparedRequest } from './client-request.ts';
import { type Last, type RetryDeps, withRetries } from './client-retries.ts';
import type { RawReply } from './client-send.ts';

/** A reply, and how it was come by. */
export type Exchanged = { readonly reply: RawReply; readonly attempts: Attempts };

export type ExchangeDeps = RetryDeps & { readonly bulkhead: Bulkhead };

/**
 * Gets a reply for a request, whatever its status, with as many attempts as that takes and the
 * rules allow: within the deadline, in the bulkhead, with retries. Throws a `RemoteError` when
 * there is no reply.
 */
export async function exchange(
  request: PreparedRequest,
  limits: CallLimits,
  deps: ExchangeDeps,
): Promise<Exchanged> {
  const attempts = createAttempts(request, limits, deps);
  const last: Last = { turn: 0, reply: undefined, error: undefined };
  try {
    const waitAtMostMs = limits.remainingMs();
    if (waitAtMostMs <= 0) throw new TimeIsOverError("The request's own time is over");
    await deps.bulkhead.run(
      () => withRetries({ request, limits, deps, attempts, last }),
      waitAtMostMs,
    );
  } catch (error) {
    // A status that was worth a retry is still a reply when there is no retry left.
    if (!isHTTPError(error) || last.reply === undefined)
      throw callError(error, { ...deps, ...limits, attempts, lastError: last.error });
  }
  if (last.reply === undefined) throw new Error('There is neither a reply nor an error');
  return { reply: last.reply, attempts };
}
