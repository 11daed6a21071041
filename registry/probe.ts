import type { Log } from 'platform/log';

import { type Instance, urlOf } from './instance.ts';
import type { Leases } from './leases.ts';

type ProberDeps = {
  readonly leases: Leases;
  readonly log: Log;
  readonly fetch?: (url: string, init: BunFetchRequestInit) => Promise<Response>;
  readonly timeoutMs?: number;
  /** More at once than this wait for each other. */
  readonly atOnce?: number;
};

/**
 * Asks instances whether they are still there, and evicts those whose address refuses connections.
 * One that answers anything at all stays. One that does not answer in time stays too, until its
 * lease runs out: its process may live while the network does not.
 */
export function createProber(deps: ProberDeps) {
  const { leases, log, atOnce = 32 } = deps;
  const underWay = new Set<string>();
  const waiting = new Set<string>();

  async function probe(id: string): Promise<void> {
    const lease = leases.findById(id);
    if (lease === undefined) return;
    const { instance } = lease;
    const answer = await askPatiently(deps, instance);
    // Meanwhile it may have deregistered, or another process may have registered in its place.
    const isSame = leases.findById(id) === lease;
    if (answer === 'refused' && isSame) {
      leases.evict(instance.app, id, 'stopped answering');
      log.warning('Evicted {id}, which stopped answering', { id, app: instance.app });
    }
  }

  async function work(id: string): Promise<void> {
    underWay.add(id);
    try {
      await probe(id);
    } finally {
      underWay.delete(id);
    }
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    await work(next);
  }

  return {
    /** Probes an instance at once; one that is being probed is not probed twice. */
    check(id: string) {
      if (underWay.has(id) || leases.findById(id) === undefined) return;
      if (underWay.size >= atOnce) waiting.add(id);
      else void work(id);
    },
  };
}

type Answer = 'answered' | 'refused' | 'silent';

/** A port may accept for a moment while its process dies: anything but an answer is asked again. */
async function askPatiently(deps: ProberDeps, instance: Instance): Promise<Answer> {
  let answer = await ask(deps, instance);
  for (const pauseMs of RETRY_AFTER_MS) {
    if (answer !== 'silent') break;
    await Bun.sleep(pauseMs);
    answer = await ask(deps, instance);
  }
  return answer;
}

const RETRY_AFTER_MS = [20, 200];

async function ask(deps: ProberDeps, instance: Instance): Promise<Answer> {
  const { fetch = globalThis.fetch, timeoutMs = 1000 } = deps;
  try {
    const response = await fetch(probeUrl(instance), {
      redirect: 'manual',
      keepalive: false,
      proxy: false,
      headers: { connection: 'close', 'user-agent': 'comptoir-registry' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return 'answered';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ECONNREFUSED' ? 'refused' : 'silent';
  }
}

/**
 * Where to ask: the address of its health check, if that is on the host that it registered itself
 * with. Otherwise a registration could make the registry call addresses of somebody else.
 */
export function probeUrl(instance: Instance): string {
  const url = URL.parse(instance.healthCheckUrl ?? '');
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  const hosts = [instance.hostName, instance.ipAddr].map((host) => bare(host));
  return isHttp && hosts.includes(bare(url.hostname)) ? url.href : urlOf(instance);
}

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$/g, '');
