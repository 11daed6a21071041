import { createEurekaApp } from './eureka-app.ts';
import { listReply } from './eureka-fetches.ts';
import type { Leases } from './leases.ts';
import type { RateLimit } from './rate-limit.ts';
import { registrationReply } from './registrations.ts';
import { renewalReply } from './renewals.ts';
import { createReplies } from './replies.ts';
import { type Endpoint, endpointOf, type Traffic } from './traffic.ts';

type FrontDeps = {
  readonly leases: Leases;
  readonly rateLimit: RateLimit;
  readonly traffic: Traffic;
  readonly maxBodyBytes: number;
  readonly maxInstances?: number;
};

/**
 * Everything under `/eureka`, counted by endpoint. `frequent` is what registries hear all day, told
 * by looking at the address once, without any router; `other` is the rest.
 */
export function createEurekaFront(deps: FrontDeps) {
  const { leases, traffic } = deps;
  const eurekaDeps = { ...deps, replies: createReplies(leases) };
  const app = createEurekaApp(eurekaDeps);
  const onReply = (startedMs: number) => traffic.count('register', startedMs, 0);
  const registrationDeps = { ...deps, onReply };

  function counted<R extends Response | undefined>(
    endpoint: Endpoint,
    startedMs: number,
    reply: R,
  ) {
    if (reply !== undefined) traffic.count(endpoint, startedMs, lengthOf(reply));
    return reply;
  }

  return {
    frequent(request: Request): Response | Promise<Response> | undefined {
      const startedMs = performance.now();
      const { method } = request;
      if (method === 'PUT') {
        const reply = renewalReply(request, leases);
        if (reply !== undefined) traffic.count('renew', startedMs, 0);
        return reply;
      }
      if (method === 'GET' || method === 'HEAD') {
        const endpoint = request.url.includes('/delta') ? 'delta' : 'apps';
        return counted(endpoint, startedMs, listReply(request, eurekaDeps));
      }
      return method === 'POST' ? registrationReply(request, registrationDeps) : undefined;
    },

    async other(request: Request, path: string): Promise<Response> {
      const startedMs = performance.now();
      return counted(endpointOf(request.method, path), startedMs, await app.fetch(request));
    },
  };
}

function lengthOf({ headers }: Response): number {
  return Number(headers.get('content-length') ?? 0);
}
