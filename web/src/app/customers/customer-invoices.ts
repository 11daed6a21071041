import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { InvoiceAmount } from '../invoices/invoice-amount.ts';
import { InvoicesApi } from '../invoices/invoices-api.ts';
import { canBe } from '../invoices/next-steps.ts';
import { StatusChip } from '../invoices/status-chip.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ListCard } from '../ui/list-card.ts';
import { listUrl } from '../ui/list-url.ts';

/** The invoices of one customer, newest first. */
@Component({
  selector: 'app-customer-invoices',
  imports: [EmptyState, InvoiceAmount, ListCard, RouterLink, StatusChip],
  host: { class: 'section' },
  template: `
    @let words = t().invoices;
    <h2>{{ words.title }}</h2>
    <app-list-card [result]="invoices" [page]="page()" [list]="list">
      <table class="data-table unsorted" role="table" [attr.aria-label]="words.title">
        <thead>
          <tr role="row">
            <th scope="col">{{ words.number }}</th>
            <th scope="col">{{ words.issueDate }}</th>
            <th scope="col" class="roomy-only">{{ words.dueDate }}</th>
            <th scope="col" class="number">{{ words.amount }}</th>
            <th scope="col" class="number">{{ words.balance }}</th>
            <th scope="col">{{ words.status }}</th>
          </tr>
        </thead>
        <tbody>
          @for (invoice of page()?.items; track invoice.id) {
            <tr role="row">
              <td role="cell" class="area-1">
                <a class="nowrap" [routerLink]="['/invoices', invoice.id]">{{
                  invoice.number ?? words.noNumber
                }}</a>
              </td>
              <td role="cell" class="area-3 area-small nowrap">
                {{ formats.day(invoice.issueDate) }}
              </td>
              <td role="cell" class="wide-only nowrap roomy-only">
                {{ formats.day(invoice.dueDate) }}
              </td>
              <td role="cell" class="number area-2">
                <app-invoice-amount [invoice]="invoice" />
              </td>
              <td role="cell" class="number wide-only">
                {{
                  canBe.paid(invoice) ? formats.money(invoice.balanceMinor, invoice.currency) : '–'
                }}
              </td>
              <td role="cell" class="area-4"><app-status-chip [invoice]="invoice" /></td>
            </tr>
          }
        </tbody>
      </table>
      <app-empty-state empty icon="receipt_long" [title]="t().customers.neverInvoiced" />
    </app-list-card>
  `,
})
export class CustomerInvoices {
  readonly customerId = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly canBe = canBe;
  protected readonly list = listUrl({ sort: '-createdAt' });
  protected readonly invoices = inject(InvoicesApi).list(
    computed(() => ({ ...this.list.query(), filters: { customerId: this.customerId() } })),
  );
  protected readonly page = kept(this.invoices);
}
