import { type Balancer, instanceKey, type Pick } from 'platform/balancer';
import type { Instance } from 'platform/discovery';
import { endAttemptSpan } from 'platform/http-spans';
import type { Log } from 'platform/log';
import { networkCode } from 'platform/network-error';
import type { ProblemError } from 'platform/problem';
import type { RetryBudget } from 'platform/retry-budget';
import type { Span } from 'platform/tracing';
import { serviceUnavailable } from 'platform/upstream-problem';

import { beginAttempt } from './attempt-span.ts';
import { letBeQuiet } from './event-stream.ts';
import { type Failure, failureOf, problemOf } from './failures.ts';
import { type Exchange, type Message, messageOf } from './message.ts';
import { endWork, LateError, type Pending, type PendingRequests } from './pending.ts';
import { pickInstance } from './pick-instance.ts';
import { relay } from './relay.ts';
import type { Reply } from './reply-reader.ts';
import { secondTry } from './second-try.ts';
import type { Trace } from './trace.ts';
import type { UpstreamClient } from './upstream-client.ts';

/** Sends a request on and answers with the reply; throws `ProblemError` when there is none. */
export type Forwarder = (exchange: Exchange) => Promise<Response>;

type ForwarderDeps = {
  readonly balancer: Balancer;
  readonly retryBudget: RetryBudget;
  readonly pending: PendingRequests;
  readonly client: UpstreamClient;
  readonly log: Log;
};

/**
 * A refused connection is tried at another instance whatever the method, since nothing was sent;
 * a connection that breaks before the reply, or a reply that is late, only where repeating is safe and
 * the budget allows it; a late one but once.
 */
export function createForwarder(deps: ForwarderDeps): Forwarder {
  const forward: Forwarder = async (exchange) => {
    const { headersTimeoutMs, totalTimeoutMs } = exchange.match.route.filters;
    const waiting = deps.pending.add(exchange.request, headersTimeoutMs);
    if (totalTimeoutMs !== undefined) endAfter(waiting, totalTimeoutMs);
    try {
      const message = messageOf(exchange, waiting);
      deps.retryBudget.deposit();
      let lost: Lost | undefined;
      for (;;) {
        const attempt = nextAttempt({ message, exchange, waiting }, lost, deps.balancer);
        const reply = await sent(attempt, deps.client);
        if ('status' in reply) return accept(attempt, reply);
        lost = lose(attempt, reply.error, lost);
        const second = afterLoss(lost, attempt, deps);
        if (second) return await forward(second);
      }
    } finally {
      deps.pending.settle(waiting);
    }
  };
  return forward;
}

/** Nothing says when a reply has ended; ending what has ended does nothing. */
function endAfter(waiting: Pending, totalTimeoutMs: number): void {
  setTimeout(() => endWork(waiting, new LateError()), totalTimeoutMs).unref();
}

type Sending = {
  readonly message: Message;
  readonly exchange: Exchange;
  readonly waiting: Pending;
};
type Attempt = Sending & { readonly pick: Pick; readonly span: Span | undefined };

/** What the attempts so far came to. */
type Lost = {
  readonly failure: Failure;
  readonly error: unknown;
  readonly problem: ProblemError;
  readonly tried: Set<string>;
};

/** The reply, or why there is none. */
async function sent(
  { pick, message }: Attempt,
  client: UpstreamClient,
): Promise<Reply | { readonly error: unknown }> {
  try {
    return await client.send(pick.instance.url, message);
  } catch (error) {
    return { error };
  }
}

/** Throws why there is none when nobody is left to be asked. */
function nextAttempt(sending: Sending, lost: Lost | undefined, balancer: Balancer): Attempt {
  const { message, exchange, waiting } = sending;
  const pick = pickInstance(exchange, balancer, lost?.tried);
  if (pick === undefined)
    throw lost?.problem ?? serviceUnavailable(exchange.match.route.upstream.service);
  const { pathAndQuery: path, headers } = message;
  const span = beginAttempt(exchange, { origin: pick.instance.url, path, headers });
  return { message, exchange, waiting, pick, span };
}

function accept({ exchange, pick, span }: Attempt, reply: Reply): Response {
  const { match, target, trace } = exchange;
  const { status } = reply;
  if (span) endAttemptSpan(span, status);
  pick.done(status === 500 ? 'failed' : 'success', '500');
  letBeQuiet(reply.headers['content-type'], exchange.hop);
  return relay(reply, {
    method: exchange.request.method,
    instance: pick.instance,
    rewrite: match.rewrite,
    requestPath: target.path,
    requestId: trace.requestId,
    changes: match.route.filters.responseHeaders,
  });
}

function lose(attempt: Attempt, error: unknown, before: Lost | undefined): Lost {
  const { exchange, waiting, pick, span } = attempt;
  const { upstream, filters } = exchange.match.route;
  const failure = failureOf(error, waiting);
  if (span) endAttemptSpan(span, networkCode(error) || failure);
  pick.done(OUTCOMES[failure], networkCode(error) || failure);
  const { maxBodyBytes } = filters;
  const problem = problemOf(failure, upstream.service, { maxBodyBytes, cause: error });
  const tried = before?.tried ?? new Set<string>();
  return { failure, error, problem, tried: tried.add(instanceKey(pick.instance)) };
}

/**
 * Throws when it was the last attempt. The exchange to begin anew with when a reply was late;
 * undefined when the same one goes on.
 */
function afterLoss(
  lost: Lost,
  { message, exchange, pick }: Attempt,
  { retryBudget, log }: ForwarderDeps,
): Exchange | undefined {
  const { failure, problem, tried } = lost;
  if (failure === 'aborted') throw problem;
  logFailure(log, pick.instance, lost, exchange.trace);
  const second = failure === 'late' ? secondTry(exchange, tried) : undefined;
  if (failure === 'late' && !second) throw problem;
  if (!mayGoOn(failure, message, retryBudget)) throw problem;
  return second;
}

const mayGoOn = (failure: Failure, { isRepeatable }: Message, budget: RetryBudget): boolean =>
  failure === 'refused' || (isRepeatable && failure !== 'too-large' && budget.withdraw());

function logFailure(
  log: Log,
  { url }: Instance,
  { failure, error }: Lost,
  { requestId }: Trace,
): void {
  const reason = networkCode(error) || String(error);
  log.warn('{url} gave no reply: {failure}', { url, failure, reason, requestId });
}

const OUTCOMES = {
  refused: 'refused',
  broken: 'failed',
  late: 'failed',
  aborted: 'aborted',
  'too-large': 'aborted',
} as const satisfies Record<Failure, string>;
