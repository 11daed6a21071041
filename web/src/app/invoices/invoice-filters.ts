import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatIcon } from '@angular/material/icon';
import { MatInput } from '@angular/material/input';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import type { ListUrl } from '../ui/list-url.ts';

/** What invoices can be filtered by, as their list's address and the API name it. */
export const FILTERS = [
  'status',
  'state',
  'customerId',
  'currency',
  'issuedFrom',
  'issuedTo',
  'dueFrom',
  'dueTo',
  'paidFrom',
  'paidTo',
];

/** In one choice, though the API keeps what an invoice is apart from what follows from its dates. */
const CHOICES = [
  { name: 'draft', status: 'draft' },
  { name: 'open', status: 'open' },
  { name: 'overdue', state: 'overdue' },
  { name: 'partial', state: 'partly-paid' },
  { name: 'paid', status: 'paid' },
  { name: 'credited', state: 'credited' },
  { name: 'void', status: 'void' },
  { name: 'uncollectible', status: 'uncollectible' },
] as const;

const RANGES = [
  { name: 'due', from: 'dueFrom', to: 'dueTo' },
  { name: 'paid', from: 'paidFrom', to: 'paidTo' },
] as const;

/** By status, by day of issue, and by what a link from elsewhere asked for. */
@Component({
  selector: 'app-invoice-filters',
  providers: [FORM_DEFAULTS],
  imports: [MatButton, MatFormField, MatIcon, MatInput, MatLabel],
  styles: `
    :host {
      display: contents;
    }

    .status {
      flex: 0 1 13rem;
    }

    .day {
      flex: 0 1 10rem;
    }

    .note {
      flex: 1 0 100%;
      font-size: 0.875rem;
    }

    @media (max-width: 639.98px) {
      .status {
        flex: 1 1 100%;
      }

      .day {
        flex: 1 1 8rem;
      }
    }
  `,
  template: `
    @let words = t().invoices;
    <mat-form-field class="status">
      <mat-label>{{ words.status }}</mat-label>
      <select matNativeControl #status (change)="choose(status.value)">
        <option value="" [selected]="!chosen()">{{ words.allStatuses }}</option>
        @for (choice of choices; track choice.name) {
          <option [value]="choice.name" [selected]="choice.name === chosen()">
            {{ words.statuses[choice.name] }}
          </option>
        }
      </select>
    </mat-form-field>
    <mat-form-field class="day">
      <mat-label>{{ words.issuedFrom }}</mat-label>
      <input
        #from
        matInput
        type="date"
        [value]="filters()['issuedFrom'] ?? ''"
        (change)="list().change({ issuedFrom: from.value })"
      />
    </mat-form-field>
    <mat-form-field class="day">
      <mat-label>{{ words.issuedTo }}</mat-label>
      <input
        #to
        matInput
        type="date"
        [value]="filters()['issuedTo'] ?? ''"
        (change)="list().change({ issuedTo: to.value })"
      />
    </mat-form-field>
    @for (filter of others(); track filter.text) {
      <button matButton="tonal" type="button" (click)="list().change(filter.without)">
        <mat-icon svgIcon="close" />
        {{ filter.text }}
      </button>
    }
    @if (isMoreThanFigure()) {
      <p class="muted note">{{ words.figureNote }}</p>
    }
  `,
})
export class InvoiceFilters {
  readonly #formats = inject(Formats);

  readonly list = input.required<ListUrl>();

  protected readonly t = inject(Language).t;
  protected readonly choices = CHOICES;
  protected readonly filters = computed(() => this.list().query().filters);
  protected readonly chosen = computed(() => {
    const { status, state } = this.filters();
    return CHOICES.find((choice) =>
      'state' in choice ? choice.state === state : !state && choice.status === status,
    )?.name;
  });
  /** Those without a field of their own; each can be taken off. */
  protected readonly others = computed(() => {
    const { customerId, currency } = this.filters();
    return [
      ...(customerId
        ? [{ text: this.t().invoices.onlyCustomer, without: { customerId: '' } }]
        : []),
      ...(currency ? [{ text: currency, without: { currency: '' } }] : []),
      ...RANGES.flatMap((range) => this.#rangeOf(range)),
    ];
  });

  /** All that was issued in some days is more than the figure of the dashboard counts. */
  protected readonly isMoreThanFigure = computed(() => {
    const { issuedFrom, issuedTo } = this.filters();
    return Boolean(issuedFrom ?? issuedTo) && this.chosen() === undefined;
  });

  protected choose(name: string): void {
    const choice = CHOICES.find((known) => known.name === name);
    this.list().change({
      status: choice && 'status' in choice ? choice.status : '',
      state: choice && 'state' in choice ? choice.state : '',
    });
  }

  #rangeOf({ name, from, to }: (typeof RANGES)[number]) {
    const { [from]: first = '', [to]: last = '' } = this.filters();
    if (first === '' && last === '') return [];
    const days = [first, last].map((day) => this.#formats.day(day || null) || '…');
    const text = `${this.t().invoices.ranges[name]} ${days.join(' – ')}`;
    return [{ text, without: { [from]: '', [to]: '' } }];
  }
}
