import { isNetworkError, isTimeoutError } from 'ky';

import { BulkheadFullError } from './bulkhead.ts';
import { type Attempts, NoInstanceError } from './client-attempts.ts';
import { problemOf, type RawReply } from './client-send.ts';
import type { StreamError } from './client-stream.ts';
import type { Problem } from './contract.ts';
import { isRefused } from './network-error.ts';
import { RemoteError, type RemoteFailure } from './remote-error.ts';

/** What is known of a call that failed. */
export type FailedCall = {
  readonly service: string;
  readonly operation: string;
  readonly callerSignal: AbortSignal | undefined;
  readonly attempts: Attempts;
  /** What the last attempt threw itself, before ky made its own of it. */
  readonly lastError: unknown;
};

/** A call without a reply as a `RemoteError`; an error that is none of its kinds stays as it is. */
export function callError(error: unknown, call: FailedCall): unknown {
  const [failure, reason] = verdict(error, call);
  if (failure === undefined) return error;
  const { service, operation, lastError } = call;
  const attempts = call.attempts.made(failure === 'aborted' ? 'aborted' : 'timeout');
  const cause = lastError ?? error;
  return new RemoteError(reason, { service, operation, failure, attempts, cause });
}

/** The time was over before anything could be sent. */
export class TimeIsOverError extends Error {}

function verdict(
  error: unknown,
  { callerSignal, lastError }: FailedCall,
): [RemoteFailure, string] | [undefined] {
  if (callerSignal?.aborted) return ['aborted', 'The caller left'];
  if (error instanceof TimeIsOverError) return ['timeout', error.message];
  if (isTimeoutError(error)) return ['timeout', 'No answer in time'];
  if (error instanceof BulkheadFullError) return ['unavailable', error.message];
  if (lastError instanceof NoInstanceError) return ['unavailable', lastError.message];
  if (isRefused(lastError)) return ['unavailable', 'No instance takes connections'];
  if (isNetworkError(error)) return ['broken', 'The connection broke'];
  return [undefined];
}

type ReplyTo = { readonly service: string; readonly operation: string };

/** A reply that was not asked for. */
export function statusError(call: ReplyTo, answered: Answered): RemoteError {
  const { status } = answered.reply;
  const problem = problemOf(answered.reply);
  const title = problem ? ` (${problem.title})` : '';
  return replyError(call, answered, 'status', `It answered ${status}${title}`);
}

/** A reply that makes no sense. */
export function brokenReplyError(call: ReplyTo, answered: Answered, reason: string): RemoteError {
  return replyError(call, answered, 'broken', reason);
}

/** A stream that ended before its end; with the problem that it ended with, if it gave one. */
export function streamError(
  { service, operation }: ReplyTo,
  { reply, attempts: { made } }: Answered,
  { failure, message, cause }: StreamError,
  problem?: Problem,
): RemoteError {
  const status = problem?.status ?? reply.status;
  const attempts = made('open');
  return new RemoteError(message, {
    service,
    operation,
    failure,
    status,
    problem,
    attempts,
    cause,
  });
}

type Answered = { readonly reply: RawReply; readonly attempts: Attempts };

function replyError(
  { service, operation }: ReplyTo,
  { reply, attempts: { made } }: Answered,
  failure: RemoteFailure,
  reason: string,
): RemoteError {
  const { status } = reply;
  const attempts = made('timeout');
  const problem = problemOf(reply);
  return new RemoteError(reason, { service, operation, failure, status, problem, attempts });
}
