import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  CountBreaker,
  ExponentialBackoff,
  handleWhenResult,
  noJitterGenerator,
} from 'cockatiel';

import { instanceKey } from './balancer.ts';
import type { Instance } from './instance.ts';

/** One circuit breaker per instance. */
export type CircuitBreakers = {
  /**
   * Runs the attempt unless the instance's circuit is open; gives undefined, without having run it,
   * when it is.
   */
  readonly run: <T extends { readonly isBreaking: boolean }>(
    instance: Instance,
    attempt: () => Promise<T>,
  ) => Promise<T | undefined>;
};

/**
 * Stops asking an instance for a while when more than half of its last twenty replies were broken
 * or late, at least five of them; then lets a single request try. A connection that is refused is
 * no reason: finding that out costs nothing, and a restart should be noticed at once.
 */
export function createCircuitBreakers({
  openForMs = 1000,
  openAtMostMs = 30_000,
}: { openForMs?: number; openAtMostMs?: number } = {}): CircuitBreakers {
  const breakers = new Map<string, CircuitBreakerPolicy>();

  const breakerOf = (instance: Instance): CircuitBreakerPolicy => {
    const key = instanceKey(instance);
    const known = breakers.get(key);
    if (known) return known;
    const breaker = circuitBreaker(onlyFailures, {
      breaker: new CountBreaker({ threshold: 0.5, size: 20, minimumNumberOfCalls: 5 }),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: openForMs,
        maxDelay: openAtMostMs,
        generator: noJitterGenerator,
      }),
    });
    forgetOldest();
    breakers.set(key, breaker);
    return breaker;
  };
  const forgetOldest = () => {
    const [oldest] = breakers.keys();
    if (breakers.size >= MOST_BREAKERS && oldest !== undefined) breakers.delete(oldest);
  };

  return {
    async run(instance, attempt) {
      const breaker = breakerOf(instance);
      // While one request tries, cockatiel lets the others wait for it; they do better elsewhere.
      if (breaker.state === CircuitState.HalfOpen) return undefined;
      try {
        return await breaker.execute(attempt);
      } catch (error) {
        if (error instanceof BrokenCircuitError) return undefined;
        throw error;
      }
    },
  };
}

/** Instances come and go with every deployment; no service has more than this at a time. */
const MOST_BREAKERS = 1000;

const onlyFailures = handleWhenResult(
  (result) =>
    typeof result === 'object' &&
    result !== null &&
    'isBreaking' in result &&
    result.isBreaking === true,
);
