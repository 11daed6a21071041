import { z } from 'zod';

import { instanceRecord } from './eureka-json.ts';
import { isStatus, type Status } from './instance.ts';
import type { Leases } from './leases.ts';
import { readInstance } from './registration.ts';
import { refuseTooLarge, refuseTooMany } from './registrations.ts';

type BatchDeps = { readonly leases: Leases; readonly maxInstances?: number };

/** What a peer answers for one item. */
export type BatchAnswer = { readonly statusCode: number; readonly responseEntity?: unknown };

const Item = z.object({
  appName: z.string(),
  id: z.string(),
  action: z.string(),
  lastDirtyTimestamp: z.coerce.number().nullish(),
  status: z.string().nullish(),
  overriddenStatus: z.string().nullish(),
  instanceInfo: z.unknown().optional(),
});
type Item = z.output<typeof Item>;

const Batch = z.object({ replicationList: z.array(z.unknown()) });

/**
 * Applies a peer's batch, `POST /peerreplication/batch`, item by item, each as if the peer had sent
 * it alone. One answer per item, in the same order; undefined when it is no batch at all.
 */
export function applyBatch(deps: BatchDeps, body: unknown): BatchAnswer[] | undefined {
  const batch = Batch.safeParse(body);
  return batch.data?.replicationList.map((raw) => {
    const item = Item.safeParse(raw);
    return item.success ? applyItem(deps, item.data) : { statusCode: 500 };
  });
}

function applyItem(deps: BatchDeps, item: Item): BatchAnswer {
  try {
    return ACTIONS[item.action]?.(deps, item) ?? { statusCode: 500 };
  } catch {
    return { statusCode: 500 };
  }
}

const ACTIONS: Readonly<Record<string, (deps: BatchDeps, item: Item) => BatchAnswer>> = {
  Register: register,
  Heartbeat: heartbeat,
  Cancel: ({ leases }, { appName, id }) => answer(leases.cancel(appName, id)),
  StatusUpdate: ({ leases }, item) => {
    const status = statusOf(item.status);
    if (status === undefined) return { statusCode: 500 };
    return answer(leases.override(item.appName, item.id, status, dirtyOf(item)));
  },
  DeleteStatusOverride: ({ leases }, item) =>
    answer(leases.removeOverride(item.appName, item.id, statusOf(item.status), dirtyOf(item))),
};

/** 200 whatever becomes of it, as from Netflix's server: its sender would repeat it for nothing. */
function register(deps: BatchDeps, { instanceInfo }: Item): BatchAnswer {
  const { leases } = deps;
  try {
    const instance = readInstance(instanceInfo, { nowMs: leases.clock(), strict: false });
    refuseTooMany(instance, deps);
    refuseTooLarge(instance);
    leases.register(instance, { fromPeer: true });
  } catch {
    // A peer that holds what cannot be read or kept here must not be asked to send it again.
  }
  return { statusCode: 200 };
}

function heartbeat({ leases }: BatchDeps, item: Item): BatchAnswer {
  const { appName, id } = item;
  const outcome = leases.renew(appName, id, dirtyOf(item));
  const lease = leases.find(appName, id);
  if (outcome === 'older' && lease !== undefined) {
    return { statusCode: 409, responseEntity: instanceRecord(lease.entry) };
  }
  const override = statusOf(item.overriddenStatus);
  if (outcome === 'newer' && override !== undefined && override !== 'UNKNOWN') {
    leases.adoptOverride(appName, id, override);
  }
  return { statusCode: outcome === 'renewed' ? 200 : 404 };
}

const answer = (isKnown: boolean): BatchAnswer => ({ statusCode: isKnown ? 200 : 404 });

const statusOf = (text: string | null | undefined): Status | undefined =>
  isStatus(text) ? text : undefined;

const dirtyOf = ({ lastDirtyTimestamp }: Item) => ({
  lastDirtyMs: lastDirtyTimestamp ?? undefined,
});
