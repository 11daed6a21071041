import { Component, inject, input } from '@angular/core';
import type { Invoice } from 'billing/invoice-contract';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { listState } from '../ui/list-state.ts';
import { SectionTable } from '../ui/section-table.ts';
import { InvoicesApi } from './invoices-api.ts';

/** What was paid on an invoice, newest first. */
@Component({
  selector: 'app-payment-list',
  imports: [SectionTable],
  host: { class: 'no-print' },
  template: `
    @let words = t().invoices;
    <app-section-table
      [title]="words.payments"
      [result]="payments"
      [rows]="page()?.items"
      [page]="page()"
      [list]="list"
    >
      <table class="data-table unsorted" role="table" [attr.aria-label]="words.payments">
        <thead>
          <tr role="row">
            <th scope="col">{{ words.paidOn }}</th>
            <th scope="col">{{ words.method }}</th>
            <th scope="col">{{ words.payReference }}</th>
            <th scope="col" class="number">{{ words.payAmount }}</th>
          </tr>
        </thead>
        <tbody>
          @for (payment of page()?.items; track payment.id) {
            <tr role="row">
              <td role="cell" class="area-3 area-small nowrap">
                {{ formats.day(payment.paidOn) }}
              </td>
              <td role="cell" class="area-1">{{ words.methods[payment.method] }}</td>
              <td role="cell" class="area-4 area-small">{{ payment.reference }}</td>
              <td role="cell" class="number area-2">
                {{ formats.money(payment.amountMinor, payment.currency) }}
              </td>
            </tr>
          }
        </tbody>
      </table>
    </app-section-table>
  `,
})
export class PaymentList {
  readonly invoice = input.required<Invoice>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly list = listState('-createdAt', this.invoice);
  /** Asked again whenever the invoice has become another version. */
  protected readonly payments = inject(InvoicesApi).payments(this.invoice, this.list.query);
  protected readonly page = kept(this.payments);
}
