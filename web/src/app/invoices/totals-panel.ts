import { Component, inject, input } from '@angular/core';
import type { Totals } from 'billing/invoice-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';

/** Net, VAT by category and rate, and the total of an invoice. */
@Component({
  selector: 'app-totals-panel',
  template: `
    @let words = t().invoices;
    <dl>
      @if (totals().discountMinor) {
        <div class="vat">
          <dt>{{ words.discountOf(formats.percent(discountBp())) }}</dt>
          <dd>{{ formats.money(-totals().discountMinor, currency()) }}</dd>
        </div>
      }
      <div>
        <dt>{{ words.totalNet }}</dt>
        <dd>{{ formats.money(totals().netMinor, currency()) }}</dd>
      </div>
      @for (group of totals().vat; track $index) {
        <div class="vat">
          <dt>
            {{ formats.vatAlone(group) }}
            <span>{{ words.vatBase(formats.money(group.baseMinor, currency())) }}</span>
          </dt>
          <dd>{{ formats.money(group.vatMinor, currency()) }}</dd>
        </div>
      }
      <div class="gross" aria-live="polite" aria-atomic="true">
        <dt>{{ words.totalGross }}</dt>
        <dd>{{ formats.money(totals().grossMinor, currency()) }}</dd>
      </div>
    </dl>
  `,
  styles: `
    :host {
      display: block;
    }

    dl {
      display: grid;
      gap: 0.5rem;
    }

    div {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      justify-content: space-between;
      gap: 0 1.5rem;
    }

    dd {
      margin-inline-start: auto;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }

    .vat {
      color: var(--mat-sys-on-surface-variant);
    }

    .vat span {
      font-size: 0.8125rem;
    }

    .gross {
      padding-top: 0.625rem;
      border-top: 1px solid var(--mat-sys-outline-variant);
      font-size: 1.125rem;
      font-weight: 600;
    }
  `,
})
export class TotalsPanel {
  readonly totals = input.required<Totals>();
  readonly currency = input.required<string>();
  /** Of the invoice as a whole. */
  readonly discountBp = input(0);

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
}
