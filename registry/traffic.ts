/** What was asked for, under few enough names to count by. */
export type Endpoint =
  | 'register'
  | 'renew'
  | 'cancel'
  | 'status'
  | 'metadata'
  | 'apps'
  | 'delta'
  | 'app'
  | 'instance'
  | 'address'
  | 'batch'
  | 'watch'
  | 'other';

type Sum = { requests: number; seconds: number; bytes: number };
export type Traffic = ReturnType<typeof createTraffic>;

/** Requests, seconds and bytes by endpoint: plain sums, since renewals must cost next to nothing. */
export function createTraffic() {
  const sums = new Map<Endpoint, Sum>();
  const sumOf = (endpoint: Endpoint): Sum => {
    const sum = sums.get(endpoint) ?? { requests: 0, seconds: 0, bytes: 0 };
    sums.set(endpoint, sum);
    return sum;
  };

  return {
    count(endpoint: Endpoint, startedMs: number, bytes: number) {
      const sum = sumOf(endpoint);
      sum.requests += 1;
      sum.seconds += (performance.now() - startedMs) / 1000;
      sum.bytes += bytes;
    },
    /** For streams, which go on sending. */
    countBytes(endpoint: Endpoint, bytes: number) {
      sumOf(endpoint).bytes += bytes;
    },
    sums: (): ReadonlyMap<Endpoint, Readonly<Sum>> => sums,
  };
}

/** The endpoint of a path below `/eureka`, but for renewals and registrations, which never come this far. */
export function endpointOf(method: string, path: string): Endpoint {
  const parts = path.split('/').filter((part) => part !== '' && part !== 'eureka' && part !== 'v2');
  const [kind, app, id, what] = parts;
  if (kind !== 'apps') return OTHER_KINDS[kind ?? ''] ?? 'other';
  if (what !== undefined) return what === 'status' ? 'status' : 'metadata';
  return method === 'GET' ? fetchOf(app, id) : (CHANGES[method] ?? 'other');
}

function fetchOf(app: string | undefined, id: string | undefined): Endpoint {
  if (id !== undefined) return 'instance';
  if (app === undefined) return 'apps';
  return app === 'delta' ? 'delta' : 'app';
}

const CHANGES: Readonly<Record<string, Endpoint>> = { DELETE: 'cancel' };
const OTHER_KINDS: Readonly<Record<string, Endpoint>> = {
  instances: 'instance',
  vips: 'address',
  svips: 'address',
  peerreplication: 'batch',
};
