import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';

import { kept } from '../api/kept.ts';
import { Language } from '../i18n/language.ts';
import { RecordPage } from '../ui/record-page.ts';
import { DocumentSheet } from './document-sheet.ts';
import { InvoicesApi } from './invoices-api.ts';

/** A credit note as a document. */
@Component({
  selector: 'app-credit-note-page',
  imports: [DocumentSheet, MatButton, MatIcon, RecordPage],
  template: `
    @let words = t().invoices;
    <app-record-page
      icon="receipt_long"
      [title]="title()"
      [backTo]="'/invoices/' + id()"
      [backLabel]="words.one"
      [loaded]="loaded"
      [gone]="words.gone"
    >
      <div actions class="actions">
        <button matButton="outlined" type="button" (click)="print()">
          <mat-icon svgIcon="print" />
          {{ words.print }}
        </button>
      </div>
      @if (note(); as note) {
        <app-document-sheet [document]="note" />
      }
    </app-record-page>
  `,
})
export class CreditNotePage {
  readonly id = input.required<string>();
  readonly noteId = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly loaded = inject(InvoicesApi).creditNote(this.id, this.noteId);
  protected readonly note = kept(this.loaded);
  protected readonly title = computed(() => {
    const { creditNote, creditNumbered } = this.t().invoices;
    const note = this.note();
    return note ? creditNumbered(note.number) : creditNote;
  });

  protected print(): void {
    window.print();
  }
}
