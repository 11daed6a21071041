import { linkedSignal, type Signal } from '@angular/core';

import type { ListChange, ListQuery } from './list-query.ts';

export type ListState = {
  readonly query: Signal<ListQuery>;
  /** Turns the page or sets how many rows it has. */
  change(change: ListChange): void;
};

/**
 * The state of a list that only belongs to the record of a page, and is not kept in the address. It
 * begins anew when what `of` reads changes.
 */
export function listState(sort: string, of: () => unknown): ListState {
  const query = linkedSignal<unknown, ListQuery>({
    source: of,
    computation: () => ({ q: '', sort, page: 0, size: 20, filters: {} }),
  });
  return {
    query: query.asReadonly(),
    change: ({ page = 0, size }) =>
      query.update((last) => ({ ...last, page: Number(page), size: Number(size ?? last.size) })),
  };
}
