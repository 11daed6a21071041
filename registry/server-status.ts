import { availableParallelism, totalmem } from 'node:os';

import { instanceRecord } from './eureka-json.ts';
import type { Leases } from './leases.ts';
import { readInstance } from './registration.ts';

/** Whether enough replicas are up; undefined where no number of them is asked for (-1). */
export function isHealthy(upReplicas: number, minimum: number): boolean | undefined {
  return minimum < 0 ? undefined : upReplicas >= minimum;
}

/** The reply to `GET /status`: Netflix's StatusInfo. Without peers there are no replicas. */
export function serverStatus(leases: Leases, url: URL, startedMs: number, minimumReplicas = 0) {
  return {
    generalStats: {
      environment: leases.mode.name,
      'num-of-cpus': String(availableParallelism()),
      'total-avail-memory': `${Math.round(totalmem() / 1_048_576)}mb`,
      'current-memory-usage': `${Math.round(process.memoryUsage.rss() / 1_048_576)}mb`,
      'server-uptime': uptime(leases.clock() - startedMs),
    },
    applicationStats: {
      'registered-replicas': '',
      'available-replicas': '',
      'unavailable-replicas': '',
    },
    instanceInfo: ownInstance(url, startedMs),
    healthy: isHealthy(0, minimumReplicas),
  };
}

function uptime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours, rest].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Ourselves, as the caller reaches us: the registry is not among its own instances. */
function ownInstance({ hostname, port, origin }: URL, startedMs: number) {
  const instance = readInstance(
    {
      instanceId: `${hostname}:eureka:${port}`,
      app: 'EUREKA',
      hostName: hostname,
      ipAddr: hostname,
      port: { $: port === '' ? 80 : port, '@enabled': true },
      homePageUrl: origin,
      statusPageUrl: origin,
      healthCheckUrl: `${origin}/health/ready`,
      vipAddress: 'eureka',
    },
    { nowMs: startedMs, strict: false },
  );
  const times = {
    registeredMs: startedMs,
    renewedMs: startedMs,
    evictedMs: 0,
    upSinceMs: startedMs,
  };
  return instanceRecord({ version: 0, action: 'ADDED', instance, times, texts: {} });
}
