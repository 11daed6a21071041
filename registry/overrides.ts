import type { Instance, Status } from './instance.ts';
import type { LeaseTable } from './lease-table.ts';

/** What whoever asks knows of the instance. */
export type Asked = { readonly lastDirtyMs?: number | undefined };

/** Overrides what the instance says of itself, until the override is removed; false when it is not known. */
export function override(
  table: LeaseTable,
  app: string,
  id: string,
  status: Status,
  { lastDirtyMs = 0 }: Asked = {},
): boolean {
  const lease = table.find(app, id);
  if (lease === undefined) return false;
  table.touch(lease);
  if (lease.instance.status !== status) {
    const newerDirtyMs = Math.max(lastDirtyMs, lease.instance.lastDirtyMs);
    table.change(lease, { status, overriddenStatus: status, lastDirtyMs: newerDirtyMs });
  }
  return true;
}

/** Removes an override; UNKNOWN makes the instance register again and say its status itself. */
export function removeOverride(
  table: LeaseTable,
  app: string,
  id: string,
  status: Status = 'UNKNOWN',
  { lastDirtyMs = 0 }: Asked = {},
): boolean {
  const lease = table.find(app, id);
  if (lease === undefined) return false;
  table.touch(lease);
  if (lease.instance.overriddenStatus !== 'UNKNOWN') {
    const newerDirtyMs = Math.max(lastDirtyMs, lease.instance.lastDirtyMs);
    table.change(lease, { status, overriddenStatus: 'UNKNOWN', lastDirtyMs: newerDirtyMs });
  }
  return true;
}

/** A peer's override of an instance that is otherwise newer there. */
export function adoptOverride(
  table: LeaseTable,
  app: string,
  id: string,
  overriddenStatus: Status,
) {
  const lease = table.find(app, id);
  if (lease === undefined || lease.instance.overriddenStatus === overriddenStatus) return;
  table.change(lease, { overriddenStatus });
}

/** An override outlives registrations, until it is removed or the instance goes. */
export function withOverride(registrant: Instance, existing: Instance | undefined): Instance {
  const overriddenStatus = existing?.overriddenStatus ?? 'UNKNOWN';
  return overriddenStatus === 'UNKNOWN' ? registrant : { ...registrant, overriddenStatus };
}
