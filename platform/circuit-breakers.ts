import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState as State,
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
export function createCircuitBreakers(settings: CircuitSettings = {}): CircuitBreakers {
  const breakers = new Map<string, CircuitBreaker>();
  const breakerOf = (instance: Instance): CircuitBreaker => {
    const key = instanceKey(instance);
    const known = breakers.get(key);
    if (known) return known;
    const breaker = createCircuitBreaker(settings);
    forgetOldest();
    breakers.set(key, breaker);
    return breaker;
  };
  const forgetOldest = () => {
    const [oldest] = breakers.keys();
    if (breakers.size >= MOST_BREAKERS && oldest !== undefined) breakers.delete(oldest);
  };
  return { run: (instance, attempt) => breakerOf(instance).run(attempt) };
}

export type CircuitState = 'closed' | 'open' | 'half-open';

export type CircuitSettings = {
  /** It opens when more than this share of the last requests failed. */
  readonly failureShare?: number;
  /** How many of the last requests count, and how many there must be at least. */
  readonly requests?: number;
  readonly minimum?: number;
  /** At first; twice as long each time it stays open. */
  readonly openForMs?: number;
  readonly openAtMostMs?: number;
};

type Breakable = { readonly isBreaking: boolean };

export type CircuitBreaker = {
  /** Gives undefined, without having run the attempt, when the circuit is open. */
  readonly run: <T extends Breakable>(attempt: () => Promise<T>) => Promise<T | undefined>;
  readonly state: () => CircuitState;
};

export function createCircuitBreaker({
  failureShare = 0.5,
  requests = 20,
  minimum = 5,
  openForMs = 1000,
  openAtMostMs = 30_000,
}: CircuitSettings = {}): CircuitBreaker {
  const breaker = circuitBreaker(onlyFailures, {
    breaker: new CountBreaker({
      threshold: failureShare,
      size: requests,
      minimumNumberOfCalls: minimum,
    }),
    halfOpenAfter: new ExponentialBackoff({
      initialDelay: openForMs,
      maxDelay: openAtMostMs,
      generator: noJitterGenerator,
    }),
  });
  return {
    async run(attempt) {
      // While one request tries, cockatiel lets the others wait for it; they do better elsewhere.
      if (breaker.state === State.HalfOpen) return undefined;
      try {
        return await breaker.execute(attempt);
      } catch (error) {
        if (error instanceof BrokenCircuitError) return undefined;
        throw error;
      }
    },
    state: () => STATES[breaker.state],
  };
}

const STATES = {
  [State.Closed]: 'closed',
  [State.Open]: 'open',
  [State.HalfOpen]: 'half-open',
  [State.Isolated]: 'open',
} as const satisfies Record<State, CircuitState>;

/** Instances come and go with every deployment; no service has more than this at a time. */
const MOST_BREAKERS = 1000;

const onlyFailures = handleWhenResult(
  (result) =>
    typeof result === 'object' &&
    result !== null &&
    'isBreaking' in result &&
    result.isBreaking === true,
);
