import { httpResource } from '@angular/common/http';
import { Service } from '@angular/core';
import { Figures } from 'billing/figures-contract';

import type { Period } from './period.ts';

export type FiguresQuery = Period & { readonly currency: string };

/** The sums behind the gateway. */
@Service()
export class FiguresApi {
  read(query: () => FiguresQuery) {
    return httpResource(() => ({ url: '/api/figures', params: { ...query() } }), {
      parse: (body) => Figures.parse(body),
    });
  }
}
