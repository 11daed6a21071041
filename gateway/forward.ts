import { type Balancer, instanceKey, type Pick } from 'platform/balancer';
import type { Instance } from 'platform/discovery';
import type { Log } from 'platform/log';
import { networkCode } from 'platform/network-error';
import { ProblemError } from 'platform/problem';
import type { RetryBudget } from 'platform/retry-budget';

import { cleanPath, type Target } from './clean-path.ts';
import {
  BodyTooLargeError,
  type Failure,
  failureOf,
  LateError,
  noInstance,
  problemOf,
} from './failures.ts';
import { forwardedHeaders, type Hop, type Trace } from './headers.ts';
import { changeHeaders, relay } from './relay.ts';
import { limitedBody } from './request-body.ts';
import type { RouteMatch } from './route-table.ts';

export type Exchange = {
  readonly request: Request;
  readonly target: Target;
  readonly match: RouteMatch;
  readonly hop: Omit<Hop, 'prefix'>;
  readonly trace: Trace;
};

/** Sends a request on and answers with the reply; throws `ProblemError` when there is none. */
export type Forwarder = (exchange: Exchange) => Promise<Response>;

type ForwarderDeps = {
  readonly balancer: Balancer;
  readonly retryBudget: RetryBudget;
  readonly log: Log;
};

/**
 * A refused connection is tried at another instance whatever the method, since nothing was sent;
 * a connection that breaks before the reply only where repeating is safe and the budget allows it.
 */
export function createForwarder(deps: ForwarderDeps): Forwarder {
  return async (exchange) => {
    const { request, match, target, trace } = exchange;
    const { route, rewrite } = match;
    const ending = endingOf(request, route.filters.headersTimeoutMs);
    try {
      const sent = messageOf(exchange, ending);
      const { reply, instance } = await sendSomewhere(sent, exchange, deps);
      return relay(reply, {
        instance,
        rewrite,
        requestPath: target.path,
        requestId: trace.requestId,
        changes: route.filters.responseHeaders,
      });
    } finally {
      // From here on only the client ends the exchange, by leaving.
      ending.stopWaiting();
    }
  };
}

type Message = {
  readonly pathAndQuery: string;
  readonly init: BunFetchRequestInit & { readonly signal: AbortSignal };
  /** Whether sending it twice does no more than sending it once, and is possible. */
  readonly isRepeatable: boolean;
};

function messageOf({ request, target, match, hop, trace }: Exchange, ending: Ending): Message {
  const { route, rewrite } = match;
  const { filters } = route;
  const path = rewrite.forward(target.path);
  // What a rewrite makes of a clean path need not be one.
  if (!path.startsWith('/') || cleanPath(path) !== path) throw notForwardable(path);
  const headers = forwardedHeaders(
    request,
    { ...hop, prefix: rewrite.prefixOf(target.path) },
    trace,
  );
  if (filters.preserveHost) headers.set('host', hop.host);
  if (filters.requestHeaders) changeHeaders(headers, filters.requestHeaders);
  const body = limitedBody(request, {
    maxBytes: filters.maxBodyBytes,
    onTooLarge: () => ending.end(new BodyTooLargeError()),
  });
  return {
    pathAndQuery: `${path}${target.query}`,
    init: {
      method: request.method,
      headers,
      body,
      redirect: 'manual',
      decompress: false,
      signal: ending.signal,
    },
    isRepeatable: body === null && REPEATABLE.has(request.method),
  };
}

/** RFC 9110 §15; others cannot be handed on. */
const HIGHEST_STATUS = 599;
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

type Sent = { readonly reply: Response; readonly instance: Instance };

async function sendSomewhere(
  message: Message,
  { match: { route }, trace }: Exchange,
  { balancer, retryBudget, log }: ForwarderDeps,
): Promise<Sent> {
  const { service } = route.upstream;
  const { maxBodyBytes } = route.filters;
  const tried = new Set<string>();
  retryBudget.deposit();
  let lastProblem = noInstance(service);
  for (;;) {
    const pick = balancer.pick(route.upstream.instances(), { exclude: tried });
    if (pick === undefined) throw lastProblem;
    tried.add(instanceKey(pick.instance));
    const outcome = await send(message, pick);
    if (!('failure' in outcome)) return outcome;
    const { failure, error } = outcome;
    lastProblem = problemOf(failure, service, { maxBodyBytes, cause: error });
    if (failure === 'aborted') throw lastProblem;
    logFailure(log, pick.instance, { failure, error, trace });
    const mayRepeat = failure === 'broken' && message.isRepeatable && retryBudget.withdraw();
    if (failure !== 'refused' && !mayRepeat) throw lastProblem;
  }
}

async function send(
  { pathAndQuery, init }: Message,
  { instance, done }: Pick,
): Promise<Sent | { readonly failure: Failure; readonly error: unknown }> {
  try {
    const reply = await fetch(`${instance.url}${pathAndQuery}`, init);
    if (reply.status > HIGHEST_STATUS) throw new Error(`Status ${reply.status} is none`);
    done(reply.status === 500 ? 'failed' : 'success');
    return { reply, instance };
  } catch (error) {
    const failure = failureOf(error, init.signal);
    done(OUTCOMES[failure]);
    return { failure, error };
  }
}

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

type Ending = {
  readonly signal: AbortSignal;
  end(reason: Error): void;
  /** The reply is there: no longer ends for want of it. */
  stopWaiting(): void;
};

/** Ends the exchange when the client leaves or when the reply does not start in time. */
function endingOf({ signal }: Request, headersTimeoutMs: number): Ending {
  const controller = new AbortController();
  const end = (reason: Error) => controller.abort(reason);
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  const timer = setTimeout(() => end(new LateError()), headersTimeoutMs);
  return { signal: controller.signal, end, stopWaiting: () => clearTimeout(timer) };
}

function notForwardable(path: string): ProblemError {
  return new ProblemError(400, 'bad-path', 'The path cannot be sent on', {
    detail: `The route makes '${path}' of it`,
  });
}
