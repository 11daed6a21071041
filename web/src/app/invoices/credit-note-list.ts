import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { listState } from '../ui/list-state.ts';
import { SectionTable } from '../ui/section-table.ts';
import { InvoicesApi } from './invoices-api.ts';

/** The credit notes of an invoice, newest first. */
@Component({
  selector: 'app-credit-note-list',
  imports: [RouterLink, SectionTable],
  host: { class: 'no-print' },
  template: `
    @let words = t().invoices;
    <app-section-table
      [title]="words.creditNotes"
      [result]="notes"
      [rows]="page()?.items"
      [page]="page()"
      [list]="list"
    >
      <table class="data-table unsorted" role="table" [attr.aria-label]="words.creditNotes">
        <thead>
          <tr role="row">
            <th scope="col">{{ words.number }}</th>
            <th scope="col">{{ words.creditIssueDate }}</th>
            <th scope="col">{{ words.creditReason }}</th>
            <th scope="col" class="number">{{ words.amount }}</th>
          </tr>
        </thead>
        <tbody>
          @for (note of page()?.items; track note.id) {
            <tr role="row">
              <td role="cell" class="area-1">
                <a
                  class="nowrap"
                  [routerLink]="['/invoices', note.invoiceId, 'credit-notes', note.id]"
                  >{{ note.number }}</a
                >
              </td>
              <td role="cell" class="area-3 area-small nowrap">
                {{ formats.day(note.issueDate) }}
              </td>
              <td role="cell" class="area-5 area-small">{{ note.reason }}</td>
              <td role="cell" class="number area-2">
                {{ formats.money(note.totals.grossMinor, note.currency) }}
              </td>
            </tr>
          }
        </tbody>
      </table>
    </app-section-table>
  `,
})
export class CreditNoteList {
  readonly invoice = input.required<Invoice>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly list = listState('-createdAt', this.invoice);
  /** Asked again whenever the invoice has become another version. */
  protected readonly notes = inject(InvoicesApi).creditNotes(this.invoice, this.list.query);
  protected readonly page = kept(this.notes);
}
