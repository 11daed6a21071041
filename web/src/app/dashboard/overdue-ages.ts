import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Figures } from 'billing/figures-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { today } from '../invoices/today.ts';
import { daysFrom } from './period.ts';

/** Days after the due day, both included; nothing for no end. */
const AGES = [
  { name: 'upTo30', field: 'upTo30Minor', first: 1, last: 30 },
  { name: 'upTo60', field: 'upTo60Minor', first: 31, last: 60 },
  { name: 'upTo90', field: 'upTo90Minor', first: 61, last: 90 },
  { name: 'older', field: 'olderMinor', first: 91, last: undefined },
] as const;

/** What is overdue, by how long it has been. */
@Component({
  selector: 'app-overdue-ages',
  imports: [RouterLink],
  styleUrl: './overdue-ages.scss',
  template: `
    <h2 id="overdue">{{ t().dashboard.overdueByAge }}</h2>
    <ul aria-labelledby="overdue">
      @for (age of ages(); track age.name) {
        <li>
          <a routerLink="/invoices" [queryParams]="age.filter">
            <span>{{ t().dashboard.ages[age.name] }}</span>
            <span class="number">{{ formats.money(age.minor, figures().currency) }}</span>
            <span class="track" aria-hidden="true">
              <span [style.width]="age.share"></span>
            </span>
          </a>
        </li>
      }
    </ul>
  `,
})
export class OverdueAges {
  readonly figures = input.required<Figures>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly ages = computed(() => {
    const { overdue, currency } = this.figures();
    const all = Object.values(overdue).reduce((sum, part) => sum + part, 0);
    const day = today();
    return AGES.map(({ name, field, first, last }) => ({
      name,
      minor: overdue[field],
      share: `${all > 0 ? (overdue[field] / all) * 100 : 0}%`,
      filter: {
        state: 'overdue',
        currency,
        dueFrom: last === undefined ? null : daysFrom(day, -last),
        dueTo: daysFrom(day, -first),
      },
    }));
  });
}
