import { httpResource, type HttpResourceRef } from '@angular/common/http';
import { computed, linkedSignal, type Signal, untracked } from '@angular/core';
import type { CursorPage } from 'platform/paging';
import type { z } from 'zod';

export type Ledger<T> = {
  /** All that was read so far, newest first; undefined until something came. */
  readonly items: Signal<readonly T[] | undefined>;
  readonly hasMore: Signal<boolean>;
  readonly resource: HttpResourceRef<CursorPage<T> | undefined>;
  readMore(): void;
};

type Start = { readonly url: string | undefined; readonly cursor: string | undefined };

/**
 * Reads what only grows, page after page; pages that were read stay. It begins anew when what
 * `url` reads changes.
 */
export function ledger<T>(
  url: () => string | undefined,
  page: z.ZodType<CursorPage<T>>,
): Ledger<T> {
  // A new object each time `url` is asked again, also when it says the same.
  const start = linkedSignal<Start>(() => ({ url: url(), cursor: undefined }));
  const resource = httpResource<CursorPage<T>>(
    () => {
      const { url, cursor } = start();
      if (url === undefined) return undefined;
      return { url, params: { size: 20, ...(cursor && { cursor }) } };
    },
    { parse: (body) => page.parse(body) },
  );
  const read = linkedSignal<CursorPage<T> | undefined, CursorPage<T> | undefined>({
    source: () => (resource.hasValue() ? resource.value() : undefined),
    computation: (page, previous) => {
      const before = previous?.value;
      if (page === undefined || before === undefined) return page ?? before;
      const isFirst = untracked(start).cursor === undefined;
      return isFirst ? page : { ...page, items: [...before.items, ...page.items] };
    },
  });
  return {
    items: computed(() => read()?.items),
    hasMore: computed(() => (read()?.next ?? null) !== null),
    resource,
    readMore() {
      const next = read()?.next;
      if (next) start.update(({ url }) => ({ url, cursor: next }));
    },
  };
}
