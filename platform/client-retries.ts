import ky, { isHTTPError, isNetworkError, isTimeoutError, TimeoutError } from 'ky';

import { type AttemptDeps, type Attempts, NoInstanceError } from './client-attempts.ts';
import type { CallLimits } from './client-limits.ts';
import type { PreparedRequest } from './client-request.ts';
import { problemOf, type RawReply } from './client-send.ts';
import type { Problem } from './contract.ts';
import { hedged } from './hedge.ts';
import { isRefused, networkCode } from './network-error.ts';
import { isAboutDependency } from './remote-error.ts';
import type { RetryBudget } from './retry-budget.ts';
import { TooLateError, withinTime } from './time-limit.ts';

/** A reply that might be better the next time; only asked about where it may be repeated. */
export type RetriedReply = {
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly problem: Problem | undefined;
};

export type RetryDeps = AttemptDeps & {
  readonly retries: number;
  readonly retryWhen?: ((reply: RetriedReply) => boolean | undefined) | undefined;
  readonly budget: RetryBudget;
};

/**
 * Waits, counts and time limits are ky's; an attempt, its reply read to the end, is what ky takes
 * for its `fetch`.
 *
 * Few calls need any of that, and it costs as much as the rest of a call: the first attempt is made
 * without ky, under the same time limit, and put before ky's rules only if it was no plain success.
 */
export async function withRetries(exchanging: Exchanging): Promise<void> {
  const { request, limits, deps, last } = exchanging;
  const attempt = attemptForKy(exchanging);
  const isRetried = () => isRepeatable(request) && mayPass(last.reply, deps);
  const url = `http://${deps.service}${request.path}`;
  deps.budget.deposit();
  let failure: unknown;
  try {
    const timeoutMs = Math.min(limits.timeoutMs, limits.remainingMs());
    await withinTime(timeoutMs, limits.callerSignal, attempt);
    if (!isRetried()) return;
  } catch (error) {
    failure = error instanceof TooLateError ? new TimeoutError(new Request(url)) : error;
  }
  let isFirst = true;
  await ky(url, {
    method: request.method,
    timeout: limits.timeoutMs,
    totalTimeout: Math.max(1, limits.remainingMs()),
    ...(limits.callerSignal && { signal: limits.callerSignal }),
    retry: retryRules(exchanging),
    throwHttpErrors: isRetried,
    async fetch(input) {
      // ky passes a request, whatever its type says.
      if (!isFirst) return await attempt(input instanceof Request ? input.signal : NEVER);
      isFirst = false;
      if (last.reply) return last.reply.response;
      throw failure;
    },
  });
}

/** One attempt, or two at once where reads are hedged, with the errors that ky understands. */
function attemptForKy({ request, limits, deps, attempts, last }: Exchanging) {
  const { hedgeAfterMs: afterMs } = limits;
  const { budget } = deps;
  const isHedged = afterMs !== undefined && request.method === 'GET' && !request.isStreamed;
  return async (signal: AbortSignal): Promise<Response> => {
    // One that was given up may still end after the next has begun, and must not speak for it.
    const turn = (last.turn += 1);
    const isLast = () => turn === last.turn;
    last.reply = undefined;
    try {
      const reply = isHedged
        ? await hedged(attempts, signal, { afterMs, budget })
        : await attempts.next(signal);
      if (isLast()) last.reply = reply;
      return reply.response;
    } catch (error) {
      if (isLast()) last.error = error;
      throw forKy(error, signal);
    }
  };
}

const NEVER = new AbortController().signal;

/** One call in the making. */
type Exchanging = {
  readonly request: PreparedRequest;
  readonly limits: CallLimits;
  readonly deps: RetryDeps;
  readonly attempts: Attempts;
  readonly last: Last;
};

/** What the last attempt came to, and which one it was. */
export type Last = { turn: number; reply: RawReply | undefined; error: unknown };

const RETRIED_STATUSES = [429, 502, 503, 504];
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1000;
const LONGEST_RETRY_AFTER_MS = 2000;

/** Whether a reply speaks of a state that may be over in a moment, or that others are not in. */
function mayPass(reply: RawReply | undefined, deps: RetryDeps): boolean {
  // Nothing needs to be asked about a plain success.
  if (reply === undefined || reply.status < 300) return false;
  const { service, operation, retryWhen } = deps;
  const { status } = reply;
  const problem = problemOf(reply);
  const said = retryWhen?.({ service, operation, status, problem });
  return said ?? (RETRIED_STATUSES.includes(status) && !isAboutDependency(problem));
}

/** Whether it may be sent twice, and can. */
const isRepeatable = (request: PreparedRequest): boolean =>
  request.isRepeatable && request.isReplayable;

function retryRules({ request, deps: { retries, budget }, attempts, last }: Exchanging) {
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
      if (isNetworkError(error) && isRefused(last.error)) return request.isReplayable;
      if (!isRepeatable(request) || last.error instanceof NoInstanceError) return false;
      if (!budget.withdraw()) return false;
      const isUnusual = isHTTPError(error) && !RETRIED_STATUSES.includes(error.response.status);
      return isTimeoutError(error) || isUnusual ? true : undefined;
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
