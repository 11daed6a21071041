import { Component, inject, input } from '@angular/core';
import type { Invoice } from 'billing/invoice-contract';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { InvoicesApi } from './invoices-api.ts';

/** What was paid on an invoice, newest first. */
@Component({
  selector: 'app-payment-list',
  imports: [ProblemBanner],
  host: { class: 'no-print' },
  styles: `
    :host {
      display: grid;
      gap: 0.75rem;
      grid-template-columns: minmax(0, 1fr);
    }
  `,
  template: `
    @let words = t().invoices;
    <h2 id="payments">{{ words.payments }}</h2>
    @if (problem(); as problem) {
      <app-problem-banner [problem]="problem" (retry)="payments.reload()" />
    } @else if (payments.hasValue()) {
      <div class="table-card">
        <table class="data-table unsorted" role="table" aria-labelledby="payments">
          <thead>
            <tr role="row">
              <th scope="col">{{ words.paidOn }}</th>
              <th scope="col">{{ words.method }}</th>
              <th scope="col">{{ words.payReference }}</th>
              <th scope="col" class="number">{{ words.payAmount }}</th>
            </tr>
          </thead>
          <tbody>
            @for (payment of payments.value().items; track payment.id) {
              <tr role="row">
                <td role="cell" class="area-3 area-small">{{ formats.day(payment.paidOn) }}</td>
                <td role="cell" class="area-1">{{ words.methods[payment.method] }}</td>
                <td role="cell" class="area-4 area-small">{{ payment.reference }}</td>
                <td role="cell" class="number area-2">
                  {{ formats.money(payment.amountMinor, payment.currency) }}
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    }
  `,
})
export class PaymentList {
  readonly invoice = input.required<Invoice>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  /** Asked again whenever the invoice has become another version. */
  protected readonly payments = inject(InvoicesApi).payments(this.invoice);
  protected readonly problem = loadProblem(this.payments);
}
