import { type CircuitState, createCircuitBreaker } from 'platform/circuit-breakers';
import { ProblemError } from 'platform/problem';

import type { Exchange } from './message.ts';
import { outcomeOf } from './outcome.ts';
import type { Next, RouteFilter } from './route-filters.ts';
import type { RouteMatch } from './route-table.ts';
import type { Filters } from './routes.ts';
import type { Upstream } from './upstreams.ts';

export type { CircuitState } from 'platform/circuit-breakers';

type CircuitBreaker = NonNullable<Filters['circuitBreaker']>;
type CircuitDeps = {
  readonly findAt: (exchange: Exchange, path: string) => RouteMatch | undefined;
};

/**
 * Stops asking a service for a while when too many of its last answers were failures. What fails, and
 * what is not asked at all, gets the fallback, if there is one.
 */
export function circuitFilter(
  { failureShare, requests, minimum, statuses, openForMs, fallback }: CircuitBreaker,
  { service }: Upstream,
  { findAt }: CircuitDeps,
): { readonly filter: RouteFilter; readonly state: () => CircuitState } {
  const breaker = createCircuitBreaker({ failureShare, requests, minimum, openForMs });
  const isFailure = new Set(statuses);
  const filter: RouteFilter = async (exchange, next) => {
    const outcome = await breaker.run(async () => {
      const answer = await outcomeOf(exchange, next);
      const { status, isReply } = answer;
      return { ...answer, isBreaking: isReply ? isFailure.has(status) : status >= 500 };
    });
    if (outcome && (!outcome.isBreaking || fallback === undefined)) return outcome.give();
    const instead = fallback && (await answerInstead(fallback, exchange, { findAt, next }));
    if (instead === undefined && outcome) return outcome.give();
    if (instead === undefined) throw circuitOpen(service, openForMs);
    await outcome?.drop();
    return instead;
  };
  return { filter, state: breaker.state };
}

type Fallback = NonNullable<CircuitBreaker['fallback']>;
type Ways = CircuitDeps & { readonly next: Next };

/** Undefined when there is nothing to be given instead: the failure itself is the answer then. */
async function answerInstead(
  fallback: Fallback,
  exchange: Exchange,
  { findAt, next }: Ways,
): Promise<Response | undefined> {
  const { request, target, trace } = exchange;
  if (!('path' in fallback)) {
    const { status, contentType, body } = fallback;
    return new Response(body, {
      status,
      headers: { 'content-type': contentType, 'x-request-id': trace.requestId },
    });
  }
  // A body went to the service that failed, and a fallback of a fallback might lead back here.
  if (request.body !== null || exchange.isFallback) return undefined;
  const match = findAt(exchange, fallback.path);
  if (match === undefined) return undefined;
  const { picking: _, ...rest } = exchange;
  const elsewhere = {
    ...rest,
    match,
    target: { ...target, path: fallback.path },
    isFallback: true,
  };
  const { around } = match.route;
  return await (around ? around(elsewhere, next) : next(elsewhere));
}

function circuitOpen(service: string, openForMs: number): ProblemError {
  return new ProblemError(503, 'circuit-open', 'A service that is needed is given a rest', {
    detail: `Too many of the last requests to '${service}' failed`,
    headers: { 'retry-after': String(Math.ceil(openForMs / 1000)) },
  });
}
