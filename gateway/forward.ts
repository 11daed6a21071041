import { type Balancer, instanceKey, type Pick } from 'platform/balancer';
import type { Instance } from 'platform/discovery';
import { endAttemptSpan } from 'platform/http-spans';
import type { Log } from 'platform/log';
import { networkCode } from 'platform/network-error';
import type { RetryBudget } from 'platform/retry-budget';
import { serviceUnavailable } from 'platform/upstream-problem';

import { beginAttempt } from './attempt-span.ts';
import { type Failure, failureOf, problemOf } from './failures.ts';
import type { Trace } from './headers.ts';
import { type Exchange, type Message, messageOf } from './message.ts';
import { LateError, type Pending, type PendingRequests } from './pending.ts';
import { pickInstance } from './pick-instance.ts';
import { relay } from './relay.ts';
import { secondTry } from './second-try.ts';
import { assertSound } from './sound-reply.ts';

/** Sends a request on and answers with the reply; throws `ProblemError` when there is none. */
export type Forwarder = (exchange: Exchange) => Promise<Response>;

type ForwarderDeps = {
  readonly balancer: Balancer;
  readonly retryBudget: RetryBudget;
  readonly pending: PendingRequests;
  readonly log: Log;
};

/**
 * A refused connection is tried at another instance whatever the method, since nothing was sent;
 * a connection that breaks before the reply, or a reply that is late, only where repeating is safe and
 * the budget allows it; a late one but once.
 */
export function createForwarder(deps: ForwarderDeps): Forwarder {
  const forward: Forwarder = async (exchange) => {
    const { upstream, filters } = exchange.match.route;
    const waiting = deps.pending.add(exchange.request, filters.headersTimeoutMs);
    if (filters.totalTimeoutMs !== undefined) endAfter(waiting.controller, filters.totalTimeoutMs);
    try {
      const message = messageOf(exchange, waiting);
      deps.retryBudget.deposit();
      const first = pickInstance(exchange, deps.balancer);
      if (first === undefined) throw serviceUnavailable(upstream.service);
      const outcome = await send({ message, exchange, waiting }, first);
      if (!('failure' in outcome)) return outcome;
      return await sendElsewhere(
        { message, exchange, waiting },
        { outcome, instance: first.instance },
        { ...deps, forward },
      );
    } finally {
      deps.pending.settle(waiting);
    }
  };
  return forward;
}

/** Nothing says when a reply has ended; ending what has ended does nothing. */
function endAfter(controller: AbortController, totalTimeoutMs: number): void {
  setTimeout(() => controller.abort(new LateError()), totalTimeoutMs).unref();
}

type Failed = { readonly failure: Failure; readonly error: unknown };

type Sending = {
  readonly message: Message;
  readonly exchange: Exchange;
  readonly waiting: Pending;
};

async function send(sending: Sending, pick: Pick): Promise<Response | Failed> {
  const { message, exchange, waiting } = sending;
  const { pathAndQuery, init } = message;
  const { instance, done } = pick;
  const { match, target, trace } = exchange;
  const { headers } = init;
  const span = beginAttempt(exchange, { origin: instance.url, path: pathAndQuery, headers });
  try {
    const reply = await fetch(instance.url + pathAndQuery, init);
    assertSound(reply);
    if (span) endAttemptSpan(span, reply.status);
    done(reply.status === 500 ? 'failed' : 'success', '500');
    return relay(reply, {
      instance,
      rewrite: match.rewrite,
      requestPath: target.path,
      requestId: trace.requestId,
      changes: match.route.filters.responseHeaders,
      pending: waiting,
    });
  } catch (error) {
    const failure = failureOf(error, init.signal);
    if (span) endAttemptSpan(span, networkCode(error) || failure);
    done(OUTCOMES[failure], networkCode(error) || failure);
    return { failure, error };
  }
}

type FirstTry = { readonly outcome: Failed; readonly instance: Instance };

async function sendElsewhere(
  sending: Sending,
  { outcome, instance }: FirstTry,
  deps: ForwarderDeps & { readonly forward: Forwarder },
): Promise<Response> {
  const { message, exchange } = sending;
  const { upstream, filters } = exchange.match.route;
  const { balancer, retryBudget, log } = deps;
  const tried = new Set<string>();
  let { failure, error } = outcome;
  let triedLast = instance;
  for (;;) {
    tried.add(instanceKey(triedLast));
    const problem = problemOf(failure, upstream.service, {
      maxBodyBytes: filters.maxBodyBytes,
      cause: error,
    });
    if (failure === 'aborted') throw problem;
    logFailure(log, triedLast, { failure, error, trace: exchange.trace });
    const second = failure === 'late' ? secondTry(exchange, tried) : undefined;
    if (failure === 'late' && !second) throw problem;
    if (!mayGoOn(failure, message, retryBudget)) throw problem;
    if (second) return await deps.forward(second);
    const pick = pickInstance(exchange, balancer, tried);
    if (pick === undefined) throw problem;
    const next = await send(sending, pick);
    if (!('failure' in next)) return next;
    ({ failure, error } = next);
    triedLast = pick.instance;
  }
}

const mayGoOn = (failure: Failure, { isRepeatable }: Message, budget: RetryBudget): boolean =>
  failure === 'refused' || (isRepeatable && failure !== 'too-large' && budget.withdraw());

type Lost = { readonly failure: Failure; readonly error: unknown; readonly trace: Trace };

function logFailure(log: Log, { url }: Instance, { failure, error, trace }: Lost): void {
  const reason = networkCode(error) || String(error);
  log.warn('{url} gave no reply: {failure}', {
    url,
    failure,
    reason,
    requestId: trace.requestId,
  });
}

const OUTCOMES = {
  refused: 'refused',
  broken: 'failed',
  late: 'failed',
  aborted: 'aborted',
  'too-large': 'aborted',
} as const satisfies Record<Failure, string>;
