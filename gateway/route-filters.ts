import type { RetryBudget } from 'platform/retry-budget';

import { circuitFilter, type CircuitState } from './circuit-filter.ts';
import { corsFilter } from './cors.ts';
import { idleFilter } from './idle-filter.ts';
import type { Exchange } from './message.ts';
import type { ProblemReply } from './problem-reply.ts';
import { rateLimitFilter } from './rate-limit-filter.ts';
import { redirectFilter } from './redirect-filter.ts';
import { retryFilter } from './retry-filter.ts';
import type { RouteMatch } from './route-table.ts';
import type { Filters, RouteDefinition } from './routes.ts';
import { secureHeadersFilter } from './secure-headers-filter.ts';
import { stickyFilter } from './sticky-filter.ts';
import type { IsTrusted } from './trusted-proxies.ts';
import type { Upstream } from './upstreams.ts';

/**
 * Stands around the forwarding of a route's requests: may answer itself, ask more than once or change
 * the reply. Undefined is the answer of a connection that has become a WebSocket.
 */
export type RouteFilter = (exchange: Exchange, next: Next) => Promise<Response | undefined>;
export type Next = (exchange: Exchange) => Promise<Response | undefined>;

/** What the filters of one route come to. */
export type CompiledFilters = {
  /** All of them in one; undefined when there is none, so that such a route costs nothing. */
  readonly around: RouteFilter | undefined;
  /** How its circuit breaker is, if it has one. */
  readonly circuit: (() => CircuitState) | undefined;
};

export type RouteFilters = (definition: RouteDefinition, upstream: Upstream) => CompiledFilters;

type RouteFiltersDeps = {
  readonly isTrusted: IsTrusted;
  readonly retryBudget: RetryBudget;
  readonly problemReply: ProblemReply;
  /** Where the live table leads a request like this one to another path. */
  readonly findAt: (exchange: Exchange, path: string) => RouteMatch | undefined;
};

/** Filters keep what they count for as long as a definition lives, whatever table it stands in. */
export function createRouteFilters(deps: RouteFiltersDeps): RouteFilters {
  const known = new WeakMap<RouteDefinition, CompiledFilters>();
  return (definition, upstream) => {
    const compiled = known.get(definition) ?? compile(definition, upstream, deps);
    known.set(definition, compiled);
    return compiled;
  };
}

function compile(
  { filters }: RouteDefinition,
  upstream: Upstream,
  deps: RouteFiltersDeps,
): CompiledFilters {
  const { circuitBreaker } = filters;
  const circuit = circuitBreaker && circuitFilter(circuitBreaker, upstream, deps);
  const outer = outerFilters(filters, deps);
  const inner = [circuit?.filter, ...innerFilters(filters, upstream, deps)].filter(isThere);
  // What the outer ones add belongs to problems, too.
  const all = outer.length > 0 ? [...outer, answered(deps.problemReply), ...inner] : inner;
  return { around: inOrder(all), circuit: circuit?.state };
}

/** From the outside in: those that add to every reply, then those that may answer themselves. */
function outerFilters(
  { cors, secureHeaders, rateLimit, redirect }: Filters,
  deps: RouteFiltersDeps,
): RouteFilter[] {
  return [
    cors && corsFilter(cors),
    secureHeaders ? secureHeadersFilter : undefined,
    rateLimit && rateLimitFilter(rateLimit, deps),
    redirect && redirectFilter(redirect),
  ].filter(isThere);
}

/** Those that have a say in who is asked, and how often. */
function innerFilters(
  { retry, idleTimeoutMs, totalTimeoutMs }: Filters,
  upstream: Upstream,
  deps: RouteFiltersDeps,
): RouteFilter[] {
  const { stickyCookie } = upstream;
  const isCutOff = idleTimeoutMs !== undefined || totalTimeoutMs !== undefined;
  return [
    stickyCookie === undefined ? undefined : stickyFilter(stickyCookie, upstream),
    retry && retryFilter(retry, upstream, deps),
    isCutOff ? idleFilter(idleTimeoutMs) : undefined,
  ].filter(isThere);
}

const isThere = (filter: RouteFilter | undefined): filter is RouteFilter => filter !== undefined;

function inOrder(filters: readonly RouteFilter[]): RouteFilter | undefined {
  if (filters.length === 0) return undefined;
  return filters.reduceRight(
    (inner, outer) => (exchange, next) => outer(exchange, (later) => inner(later, next)),
  );
}

const answered =
  (problemReply: ProblemReply): RouteFilter =>
  async (exchange, next) => {
    try {
      return await next(exchange);
    } catch (error) {
      return problemReply(error, exchange.trace);
    }
  };
