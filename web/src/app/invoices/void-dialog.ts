import { Component, inject, signal } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { type Invoice, VoidRequest } from 'billing/invoice-contract';

import { Language } from '../i18n/language.ts';
import { FormDialog } from '../ui/form-dialog.ts';
import { sentForm } from '../ui/sent-form.ts';
import { TextField } from '../ui/text-field.ts';
import { InvoicesApi } from './invoices-api.ts';

/** Cancels an issued invoice, with a reason; closes with the invoice as it then is. */
@Component({
  selector: 'app-void-dialog',
  imports: [FormDialog, FormField, MatSlideToggle, TextField],
  template: `
    @let words = t().invoices;
    <app-form-dialog
      isDangerous
      [title]="words.voidTitle(invoice.number ?? '')"
      [form]="form"
      [submit]="words.void"
      [cancel]="words.keep"
    >
      <p>{{ words.voidText }}</p>
      <app-text-field [field]="form.fields.reason" [label]="words.voidReason" />
      <mat-slide-toggle [formField]="form.fields.restock">{{ words.restock }}</mat-slide-toggle>
    </app-form-dialog>
  `,
})
export class VoidDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<VoidDialog, Invoice>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly model = signal<VoidRequest>({ restock: true, reason: '' });
  protected readonly form = sentForm(
    this.model,
    (path) => {
      required(path.reason);
      validateStandardSchema(path, VoidRequest);
    },
    async () => {
      const request = VoidRequest.parse(this.model());
      this.#dialog.close(await this.#api.void(this.invoice, request));
    },
  );
}
