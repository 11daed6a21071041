import { computed, inject, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, type ParamMap, Router } from '@angular/router';

import { today } from '../invoices/today.ts';
import type { FiguresQuery } from './figures-api.ts';
import { type PeriodName, periodOf, PERIODS, wholeMonths } from './period.ts';

export type Shown = FiguresQuery & { readonly period: PeriodName | 'custom' };

export type DashboardUrl = {
  readonly shown: Signal<Shown>;
  /** Changes the address, and with it what is shown. */
  change(change: Readonly<Record<string, string | null>>): void;
};

/** Keeps in the address which months and which currency are looked at. */
export function dashboardUrl(): DashboardUrl {
  const route = inject(ActivatedRoute);
  const router = inject(Router);
  const params = toSignal(route.queryParamMap, { requireSync: true });
  return {
    shown: computed(() => readShown(params(), today()), {
      equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    }),
    change(change) {
      const options = {
        relativeTo: route,
        queryParamsHandling: 'merge',
        replaceUrl: true,
      } as const;
      void router.navigate([], { ...options, queryParams: change });
    },
  };
}

function readShown(params: ParamMap, day: string): Shown {
  const currency = /^[A-Z]{3}$/.exec(params.get('currency') ?? '')?.[0] ?? 'EUR';
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  if (isDay(from) && isDay(to)) return { period: 'custom', currency, ...wholeMonths(from, to) };
  const period = PERIODS.find((name) => name === params.get('period')) ?? 'last-12';
  return { period, currency, ...periodOf(period, day) };
}

const isDay = (text: string) =>
  /^(19|20)\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
