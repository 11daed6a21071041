import { Histogram, type Registry } from 'prom-client';

import type { ObservedAttempt } from './client-attempts.ts';

/**
 * For a client's `observe`: how long its attempts take, by service, operation and outcome. Shared by
 * all clients of a process.
 */
export function callMetrics(registry: Registry): (attempt: ObservedAttempt) => void {
  const attempts = new Histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Time from sending a request to the end of its reply, for each attempt',
    labelNames: ['service', 'operation', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return ({ service, operation, outcome, durationMs }) =>
    attempts.observe({ service, operation, outcome }, durationMs / 1000);
}
