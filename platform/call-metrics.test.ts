import { expect, test } from 'bun:test';

import { Registry } from 'prom-client';

import { callMetrics } from './call-metrics.ts';

test('callMetrics() counts attempts by service, operation and outcome', async () => {
  const registry = new Registry();
  const observe = callMetrics(registry);
  const attempt = { service: 's', operation: 'get', instance: 'http://a', number: 1 };
  observe({ ...attempt, outcome: 'ECONNREFUSED', durationMs: 1 });
  observe({ ...attempt, outcome: '200', durationMs: 20, number: 2 });
  const text = await registry.metrics();
  expect(text).toContain(
    'http_client_request_duration_seconds_count{service="s",operation="get",outcome="ECONNREFUSED"} 1',
  );
  expect(text).toContain(
    'http_client_request_duration_seconds_sum{service="s",operation="get",outcome="200"} 0.02',
  );
});
