import { Counter, Registry } from 'prom-client';

import { createRequestTimes, type RequestTimes } from './request-times.ts';

export type Metrics = {
  readonly registry: Registry;
  readonly requests: RequestTimes;
  /** All of it as text, in the format that `registry.contentType` names. */
  readonly text: () => Promise<string>;
};

/**
 * The process's figures in Prometheus' terms, with the time of every request by operation; `labels`
 * are added to all of them.
 */
export function createMetrics(labels: Readonly<Record<string, string>> = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  const requests = createRequestTimes({
    name: 'http_server_request_duration_seconds',
    help: 'Time from request to reply',
    labels,
  });
  const startedAt = new Counter({
    name: 'process_start_time_seconds',
    help: 'When the process started, since the epoch',
    registers: [registry],
  });
  startedAt.inc(Math.round(Date.now() / 1000 - process.uptime()));
  return {
    registry,
    requests,
    text: async () => `${requests.text()}\n${await registry.metrics()}`,
  };
}
