import { Counter, Gauge, type Registry } from 'prom-client';

import type { Happening } from './lease.ts';
import type { Leases } from './leases.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Traffic } from './traffic.ts';

type MetricsDeps = {
  readonly registers: Registry;
  readonly leases: Leases;
  readonly traffic: Traffic;
  readonly rateLimit: RateLimit;
  readonly watchers: () => number;
};

/** The registry's figures for Prometheus; all are read where they are kept, when asked for. */
export function addRegistryMetrics({
  registers,
  leases,
  traffic,
  rateLimit,
  watchers,
}: MetricsDeps): void {
  gauge('eureka_watchers', 'Open watch streams', watchers);
  gauge('eureka_self_preservation', '1 while leases that run out are kept', () =>
    Number(leases.preservation().active),
  );
  gauge('eureka_fetches_over_limit', 'Fetches over the rate limit, refused or not', () =>
    rateLimit.over(),
  );
  addInstances(registers, leases);
  addChanges(registers, leases);
  addTraffic(registers, traffic);

  function gauge(name: string, help: string, read: () => number) {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [registers],
      collect: () => made.set(read()),
    });
  }
}

function addInstances(registers: Registry, leases: Leases): void {
  const instances: Gauge<'service' | 'status'> = new Gauge({
    name: 'eureka_instances',
    help: 'Registered instances',
    labelNames: ['service', 'status'],
    registers: [registers],
    collect() {
      instances.reset();
      for (const { instance } of leases.all()) {
        instances.inc({ service: instance.app.toLowerCase(), status: instance.status });
      }
    },
  });
}

/** Registrations, deregistrations, evictions by reason and the other changes. */
function addChanges(registers: Registry, leases: Leases): void {
  const sums = new Map<Happening, number>();
  leases.subscribe((_, happening) => sums.set(happening, (sums.get(happening) ?? 0) + 1));
  const changes: Counter<'what'> = new Counter({
    name: 'eureka_changes_total',
    help: 'Changes, by what happened',
    labelNames: ['what'],
    registers: [registers],
    collect() {
      changes.reset();
      for (const [what, count] of sums) changes.inc({ what }, count);
    },
  });
}

const TRAFFIC = {
  requests: ['eureka_requests_total', 'Requests by endpoint'],
  seconds: ['eureka_request_seconds_total', 'Time spent on requests'],
  bytes: ['eureka_response_bytes_total', 'Bytes of the replies, as sent'],
} as const;

function addTraffic(registers: Registry, traffic: Traffic): void {
  for (const what of ['requests', 'seconds', 'bytes'] as const) {
    const [name, help] = TRAFFIC[what];
    const total: Counter<'endpoint'> = new Counter({
      name,
      help,
      labelNames: ['endpoint'],
      registers: [registers],
      collect() {
        total.reset();
        for (const [endpoint, sum] of traffic.sums()) total.inc({ endpoint }, sum[what]);
      },
    });
  }
}
