import { Component, inject, input } from '@angular/core';
import type { InvoiceSummary } from 'billing/invoice-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';

/** What an invoice came to, and what of it does not count: all of a void one, and what was credited. */
@Component({
  selector: 'app-invoice-amount',
  styles: `
    .credited {
      display: block;
      font-size: 0.8125rem;
    }
  `,
  template: `
    @let amount = formats.money(invoice().grossMinor, invoice().currency);
    @if (invoice().status === 'void') {
      <s class="muted">{{ amount }}</s>
    } @else {
      {{ amount }}
    }
    @if (invoice().creditedMinor > 0) {
      <span class="credited muted">{{
        t().invoices.creditedBy(formats.money(invoice().creditedMinor, invoice().currency))
      }}</span>
    }
  `,
})
export class InvoiceAmount {
  readonly invoice = input.required<InvoiceSummary>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
}
