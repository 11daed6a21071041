import { ENCODINGS, freshTextOf } from './encodings.ts';
import { type InstancePath, instancePathOf } from './instance-path.ts';
import { dirtyOf, isFromPeer, statusOf } from './instance-query.ts';
import type { Leases, RenewalOutcome } from './leases.ts';

/**
 * Answers a renewal, `PUT /apps/{app}/{id}`, without any router; undefined for another path. The
 * body is not looked at, and the reply has none: Java's clients take any for an instance.
 */
export function renewalReply(request: Request, leases: Leases): Response | undefined {
  const path = instancePathOf(request.url);
  if (path === undefined) return undefined;
  const { app, id, query } = path;
  const asked = dirtyOf(query);
  if (Number.isNaN(asked.lastDirtyMs)) return new Response(null, { status: 500 });
  const outcome = leases.renew(app, id, asked);
  if (outcome === 'renewed') return new Response(null);
  // Headers are looked at only where they matter, which is seldom: looking costs.
  if (outcome !== 'unknown' && isFromPeer(request)) return peerReply(leases, path, outcome);
  return new Response(null, { status: STATUS[outcome] });
}

const STATUS: Readonly<Record<Exclude<RenewalOutcome, 'renewed'>, number>> = {
  older: 200,
  unknown: 404,
  newer: 404,
};

/** A peer that knows less is told what is known here; an override of one that knows more is taken. */
function peerReply(
  leases: Leases,
  { app, id, query }: InstancePath,
  outcome: 'older' | 'newer',
): Response {
  if (outcome === 'newer') {
    const override = statusOf(new URLSearchParams(query).get('overriddenstatus'));
    if (override !== undefined && override !== 'UNKNOWN') leases.adoptOverride(app, id, override);
  }
  const lease = outcome === 'older' ? leases.find(app, id) : undefined;
  if (lease === undefined) return new Response(null, { status: STATUS[outcome] });
  return new Response(ENCODINGS.json.instanceReply(freshTextOf(lease.entry, 'json')), {
    status: 409,
    headers: { 'content-type': ENCODINGS.json.contentType },
  });
}
