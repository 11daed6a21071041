import { instanceKey } from 'platform/balancer';

import type { Exchange } from './message.ts';
import { newPicking } from './pick-instance.ts';

/**
 * The exchange that is made in the place of one whose reply did not come in time: the whole begins
 * anew, once, without the instances that were tried. Undefined when nobody else is left, or when the
 * route says itself how often, or for how long, may be tried.
 */
export function secondTry(exchange: Exchange, tried: Set<string>): Exchange | undefined {
  const { upstream, filters } = exchange.match.route;
  const { retry, totalTimeoutMs, headersTimeoutMs } = filters;
  const saysItself = retry !== undefined || totalTimeoutMs !== undefined;
  if (exchange.isSecond || saysItself || headersTimeoutMs > LONGEST_REPEATED_MS) return undefined;
  const hasUntried = upstream.instances().some((instance) => !tried.has(instanceKey(instance)));
  if (!hasUntried) return undefined;
  return { ...exchange, picking: exchange.picking ?? { ...newPicking(), tried }, isSecond: true };
}

/** The client's connection bears being quiet for twice as long. */
const LONGEST_REPEATED_MS = 50_000;
