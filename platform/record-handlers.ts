import type { AuditTrailQuery } from './audit.ts';
import { assertMatch, whenMatching } from './problem.ts';
import type { Kept, RecordStore, Values } from './record-store.ts';
import type { AssertUnreferred } from './referrers.ts';
import type { Idempotency } from './request-reader.ts';

type Named = { readonly id: string };
type Matched = Named & { readonly ifMatch: string | undefined };
type Keyed = { readonly idempotency?: Idempotency | undefined };

/**
 * What every kind of record can do, as handlers of a contract's operations of these names. A record
 * to which something refers is not deleted; that is asked before anything is locked, since others
 * are slower than a database.
 */
export function recordHandlers<I extends Values, R extends Kept & I>(
  store: Pick<RecordStore<I, R>, 'find' | 'change' | 'setArchived' | 'remove' | 'history'>,
  assertUnreferred: AssertUnreferred,
) {
  return {
    get: ({ id }: Named) => store.find(id),
    update: ({ id, ifMatch, body }: Matched & { readonly body: I }) =>
      store.change(
        id,
        whenMatching(ifMatch, () => body),
      ),
    patch: ({ id, ifMatch, body }: Matched & { readonly body: Partial<I> }) =>
      store.change(
        id,
        whenMatching(ifMatch, (current: R) => ({ ...current, ...body })),
      ),
    remove: async ({ id, ifMatch }: Matched) => {
      assertMatch(ifMatch, await store.find(id));
      await assertUnreferred(id);
      await store.remove(id, (current) => assertMatch(ifMatch, current));
      return undefined;
    },
    archive: ({ id, ifMatch }: Matched, { idempotency }: Keyed = {}) =>
      store.setArchived(id, true, (current) => assertMatch(ifMatch, current), idempotency),
    restore: ({ id, ifMatch }: Matched, { idempotency }: Keyed = {}) =>
      store.setArchived(id, false, (current) => assertMatch(ifMatch, current), idempotency),
    history: ({ id, ...query }: Named & AuditTrailQuery) => store.history(id, query),
  };
}
