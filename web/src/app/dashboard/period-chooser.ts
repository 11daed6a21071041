import { Component, computed, inject, input } from '@angular/core';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Language } from '../i18n/language.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import type { DashboardUrl } from './dashboard-url.ts';
import { PERIODS } from './period.ts';

/** Chooses the months and the currency that the figures are of. */
@Component({
  selector: 'app-period-chooser',
  providers: [FORM_DEFAULTS],
  imports: [MatFormField, MatInput, MatLabel],
  host: { class: 'toolbar' },
  styles: `
    .period {
      flex: 0 1 13rem;
    }

    .day {
      flex: 0 1 10rem;
    }

    .currency {
      flex: 0 1 7rem;
    }

    @media (max-width: 639.98px) {
      .period {
        flex: 1 1 9rem;
      }

      .day {
        flex: 1 1 8rem;
      }
    }
  `,
  template: `
    @let words = t().dashboard;
    @let shown = url().shown();
    <mat-form-field class="period">
      <mat-label>{{ words.period }}</mat-label>
      <select matNativeControl #period (change)="choose(period.value)">
        @for (name of periods; track name) {
          <option [value]="name" [selected]="name === shown.period">
            {{ words.periods[name] }}
          </option>
        }
      </select>
    </mat-form-field>
    @if (shown.period === 'custom') {
      <mat-form-field class="day">
        <mat-label>{{ words.from }}</mat-label>
        <input
          #from
          matInput
          type="date"
          required
          [value]="shown.from"
          (change)="reach(from.value, latest(from.value, shown.to))"
        />
      </mat-form-field>
      <mat-form-field class="day">
        <mat-label>{{ words.to }}</mat-label>
        <input
          #to
          matInput
          type="date"
          required
          [value]="shown.to"
          (change)="reach(earliest(to.value, shown.from), to.value)"
        />
      </mat-form-field>
    }
    <mat-form-field class="currency">
      <mat-label>{{ words.currency }}</mat-label>
      <select
        matNativeControl
        #currency
        (change)="url().change({ currency: currency.value === 'EUR' ? null : currency.value })"
      >
        @for (code of choices(); track code) {
          <option [value]="code" [selected]="code === shown.currency">{{ code }}</option>
        }
      </select>
    </mat-form-field>
  `,
})
export class PeriodChooser {
  readonly url = input.required<DashboardUrl>();
  /** Those in use. */
  readonly currencies = input.required<readonly string[]>();

  protected readonly t = inject(Language).t;
  protected readonly periods = [...PERIODS, 'custom'] as const;
  /** With the one of the address, which may be any. */
  protected readonly choices = computed(() =>
    Array.from(new Set([...this.currencies(), this.url().shown().currency])).toSorted(),
  );

  protected choose(name: string): void {
    const { from, to } = this.url().shown();
    this.url().change(
      name === 'custom' ? { from, to, period: null } : { period: name, from: null, to: null },
    );
  }

  // The end that is moved takes the other one along rather than changing places with it.
  protected readonly latest = (one: string, other: string) => (one > other ? one : other);
  protected readonly earliest = (one: string, other: string) => (one < other ? one : other);

  protected reach(from: string, to: string): void {
    if (from && to) this.url().change({ from, to });
  }
}
