import ky, { isHTTPError, isNetworkError, isTimeoutError } from 'ky';

import {
  type AttemptDeps,
  type Attempts,
  createAttempts,
  NoInstanceError,
  problemOf,
  type RawReply,
} from './client-attempts.ts';
import type { PreparedRequest } from './client-request.ts';
import { isRefused, networkCode } from './network-error.ts';
import {
  type Attempt,
  isAboutDependency,
  RemoteError,
  type RemoteFailure,
} from './remote-error.ts';
import type { RetryBudget } from './retry-budget.ts';

/** A reply, and how it was come by. */
export type Exchanged = RawReply & { readonly attempts: readonly Attempt[] };

export type ExchangeDeps = AttemptDeps & {
  readonly operation: string;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly budget: RetryBudget;
};

/**
 * Gets a reply for a request, whatever its status, with as many attempts as that takes and the
 * rules allow. Waits, counts and time limits are ky's; each attempt, read to the end of its reply,
 * is what ky takes for its `fetch`.
 *
 * Throws a `RemoteError` when there is no reply.
 */
export async function exchange(request: PreparedRequest, deps: ExchangeDeps): Promise<Exchanged> {
  const attempts = createAttempts(request, deps);
  const last: Last = { reply: undefined, error: undefined };
  deps.budget.deposit();
  try {
    await ky(`http://${deps.service}${request.path}`, {
      method: request.method,
      timeout: deps.timeoutMs,
      totalTimeout: deps.totalTimeoutMs,
      ...(deps.callerSignal ? { signal: deps.callerSignal } : {}),
      throwHttpErrors: () => request.isRepeatable && mayPass(last.reply),
      retry: retryRules(request, deps, attempts, last),
      async fetch(input) {
        last.reply = undefined;
        // ky passes a request, whatever its type says.
        const { signal } = input instanceof Request ? input : NEVER;
        try {
          last.reply = await attempts.next(signal);
          return last.reply.response;
        } catch (error) {
          last.error = error;
          throw forKy(error, signal);
        }
      },
    });
  } catch (error) {
    if (!isHTTPError(error) || last.reply === undefined)
      throw remoteError(error, last, attempts, deps);
  }
  if (last.reply === undefined) throw remoteError(undefined, last, attempts, deps);
  return { ...last.reply, attempts: attempts.made };
}

const NEVER = new AbortController();

type Last = { reply: RawReply | undefined; error: unknown };

const RETRIED_STATUSES = [429, 502, 503, 504];
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1000;
const LONGEST_RETRY_AFTER_MS = 2000;

/** Whether a reply speaks of a state that may be over in a moment, or that others are not in. */
function mayPass(reply: RawReply | undefined): boolean {
  return (
    reply !== undefined &&
    RETRIED_STATUSES.includes(reply.status) &&
    !isAboutDependency(problemOf(reply))
  );
}

function retryRules(
  request: PreparedRequest,
  { retries, budget }: ExchangeDeps,
  attempts: Attempts,
  last: Last,
) {
  return {
    limit: retries,
    methods: METHODS,
    statusCodes: RETRIED_STATUSES,
    afterStatusCodes: [429, 503],
    maxRetryAfter: LONGEST_RETRY_AFTER_MS,
    backoffLimit: LONGEST_DELAY_MS,
    jitter: true,
    delay: (attempt: number) => (attempts.hasUntried() ? 0 : FIRST_DELAY_MS * 2 ** (attempt - 1)),
    shouldRetry({ error }: { error: Error }): boolean | undefined {
      // Nothing was sent, so there is nothing to be repeated, and nobody to be spared.
      if (isNetworkError(error) && isRefused(last.error)) return true;
      if (!request.isRepeatable || last.error instanceof NoInstanceError) return false;
      if (!budget.withdraw()) return false;
      return isTimeoutError(error) ? true : undefined;
    },
  };
}

/**
 * ky tells network errors by their message and knows none of Bun's, so that it would not try again
 * after a single one of them.
 */
function forKy(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || networkCode(error) === '') return error;
  return new TypeError('fetch failed', { cause: error });
}

function remoteError(
  error: unknown,
  last: Last,
  { made }: Attempts,
  { service, operation, callerSignal }: ExchangeDeps,
): unknown {
  const { failure, reason } = verdict();
  if (failure === undefined) return error;
  return new RemoteError(reason, {
    service,
    operation,
    failure,
    attempts: made,
    cause: last.error ?? error,
  });

  function verdict(): { failure?: RemoteFailure; reason: string } {
    if (callerSignal?.aborted) return { failure: 'aborted', reason: 'The caller left' };
    if (isTimeoutError(error)) return { failure: 'timeout', reason: 'No answer in time' };
    if (last.error instanceof NoInstanceError)
      return { failure: 'unavailable', reason: last.error.message };
    if (isRefused(last.error))
      return { failure: 'unavailable', reason: 'No instance takes connections' };
    if (isNetworkError(error)) return { failure: 'broken', reason: 'The connection broke' };
    return { reason: '' };
  }
}
