import { Counter, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  readonly requests: Histogram<'operation' | 'method' | 'status'>;
};

/** The process's figures in Prometheus' terms, with the time of every request by operation. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from request to reply',
    labelNames: ['operation', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const startedAt = new Counter({
    name: 'process_start_time_seconds',
    help: 'When the process started, since the epoch',
    registers: [registry],
  });
  startedAt.inc(Math.round(Date.now() / 1000 - process.uptime()));
  return { registry, requests };
}
