import { computed, inject, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';

import {
  changedParams,
  type ListChange,
  type ListDefaults,
  type ListQuery,
  readListQuery,
} from './list-query.ts';

export type ListUrl = {
  readonly query: Signal<ListQuery>;
  /** Whether a search or a filter narrows the list. */
  readonly isNarrowed: Signal<boolean>;
  /** Changes the address, and with it the list; `replace` leaves no step to go back to. */
  change(change: ListChange, options?: { replace?: boolean }): void;
};

/** Keeps the state of a list in the address, so that it survives reload, back and sharing. */
export function listUrl(defaults: ListDefaults): ListUrl {
  const route = inject(ActivatedRoute);
  const router = inject(Router);
  const params = toSignal(route.queryParamMap, { requireSync: true });
  const query = computed(() => readListQuery(params(), defaults), { equal: sameQuery });
  return {
    query,
    isNarrowed: computed(() => query().q !== '' || Object.keys(query().filters).length > 0),
    change(change, { replace = false } = {}) {
      // A search that is sent late must not call back whoever has gone on to another page.
      if (isLeaving(router)) return;
      void router.navigate([], {
        relativeTo: route,
        queryParams: changedParams(change, defaults),
        queryParamsHandling: 'merge',
        replaceUrl: replace,
      });
    },
  };
}

function isLeaving(router: Router): boolean {
  const target = router.currentNavigation()?.extractedUrl;
  return target !== undefined && pathOf(router.serializeUrl(target)) !== pathOf(router.url);
}

const pathOf = (url: string): string => url.replace(/[?#].*$/, '');

function sameQuery(a: ListQuery, b: ListQuery): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
