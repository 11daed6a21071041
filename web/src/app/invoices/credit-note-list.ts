import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { InvoicesApi } from './invoices-api.ts';

/** The credit notes of an invoice, newest first. */
@Component({
  selector: 'app-credit-note-list',
  imports: [ProblemBanner, RouterLink],
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
    <h2 id="credit-notes">{{ words.creditNotes }}</h2>
    @if (problem(); as problem) {
      <app-problem-banner [problem]="problem" (retry)="notes.reload()" />
    } @else if (notes.hasValue()) {
      <div class="table-card">
        <table class="data-table unsorted" role="table" aria-labelledby="credit-notes">
          <thead>
            <tr role="row">
              <th scope="col">{{ words.number }}</th>
              <th scope="col">{{ words.issueDate }}</th>
              <th scope="col">{{ words.creditReason }}</th>
              <th scope="col" class="number">{{ words.amount }}</th>
            </tr>
          </thead>
          <tbody>
            @for (note of notes.value().items; track note.id) {
              <tr role="row">
                <td role="cell" class="area-1">
                  <a
                    class="nowrap"
                    [routerLink]="['/invoices', note.invoiceId, 'credit-notes', note.id]"
                    >{{ note.number }}</a
                  >
                </td>
                <td role="cell" class="area-3 area-small">{{ formats.day(note.issueDate) }}</td>
                <td role="cell" class="area-5 area-small">{{ note.reason }}</td>
                <td role="cell" class="number area-2">
                  {{ formats.money(note.totals.grossMinor, note.currency) }}
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    }
  `,
})
export class CreditNoteList {
  readonly invoice = input.required<Invoice>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  /** Asked again whenever the invoice has become another version. */
  protected readonly notes = inject(InvoicesApi).creditNotes(this.invoice);
  protected readonly problem = loadProblem(this.notes);
}
