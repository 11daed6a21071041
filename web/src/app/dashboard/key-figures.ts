import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Figures } from 'billing/figures-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import type { FiguresQuery } from './figures-api.ts';
import { sumOf } from './sum-of.ts';

/** The four sums that matter most; each leads to the invoices behind it. */
@Component({
  selector: 'app-key-figures',
  imports: [RouterLink],
  styleUrl: './key-figures.scss',
  template: `
    @for (figure of cards(); track figure.label) {
      <a class="card" routerLink="/invoices" [queryParams]="figure.filter" [class]="figure.tone">
        <span class="label">{{ figure.label }}</span>
        <span class="sum">{{ money(figure.minor) }}</span>
        <span class="note">{{ figure.note }}</span>
      </a>
    }
  `,
})
export class KeyFigures {
  readonly #formats = inject(Formats);
  readonly #t = inject(Language).t;

  readonly figures = input.required<Figures>();
  readonly query = input.required<FiguresQuery>();

  protected readonly cards = computed(() => {
    const { dashboard: words } = this.#t();
    const { currency, from, to } = this.query();
    const { months, outstandingMinor, overdue } = this.figures();
    const overdueMinor = Object.values(overdue).reduce((sum, part) => sum + part, 0);
    return [
      {
        label: words.invoiced,
        minor: sumOf(months, 'grossMinor'),
        note: words.exclVat(this.money(sumOf(months, 'netMinor'))),
        filter: { currency, issuedFrom: from, issuedTo: to },
        tone: '',
      },
      {
        label: words.collected,
        minor: sumOf(months, 'collectedMinor'),
        note: words.inPeriod,
        filter: { currency, paidFrom: from, paidTo: to },
        tone: '',
      },
      {
        label: words.outstanding,
        minor: outstandingMinor,
        note: words.today,
        filter: { currency, status: 'open' },
        tone: '',
      },
      {
        label: words.overdue,
        minor: overdueMinor,
        note: words.today,
        filter: { currency, state: 'overdue' },
        tone: overdueMinor > 0 ? 'late' : '',
      },
    ];
  });

  protected money(minor: number): string {
    return this.#formats.money(minor, this.figures().currency);
  }
}
