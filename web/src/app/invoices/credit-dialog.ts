import { Component, computed, inject, linkedSignal } from '@angular/core';
import {
  applyEach,
  FormField,
  required,
  validate,
  validateStandardSchema,
} from '@angular/forms/signals';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { type CreditNote, NewCreditNote } from 'billing/credit-contract';
import type { Invoice } from 'billing/invoice-contract';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { toScaled } from '../ui/decimal.ts';
import { FormDialog } from '../ui/form-dialog.ts';
import type { ListQuery } from '../ui/list-query.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { sentForm } from '../ui/sent-form.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { TextField } from '../ui/text-field.ts';
import { creditableLines, creditedLines } from './creditable.ts';
import { InvoicesApi } from './invoices-api.ts';
import { LineNote } from './line-note.ts';

const ALL: ListQuery = { q: '', sort: '-createdAt', page: 0, size: 100, filters: {} };

/** Credits an issued invoice, whole or in part; closes with the credit note. */
@Component({
  selector: 'app-credit-dialog',
  imports: [
    DecimalInput,
    FormDialog,
    FormField,
    LineNote,
    MatSlideToggle,
    ProblemBanner,
    Skeleton,
    TextField,
  ],
  templateUrl: './credit-dialog.html',
  styleUrl: './credit-dialog.scss',
})
export class CreditDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<CreditDialog, CreditNote>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly notes = this.#api.creditNotes(
    () => this.invoice,
    () => ALL,
  );
  protected readonly loadProblem = loadProblem(this.notes);
  protected readonly lines = computed(() =>
    this.notes.hasValue() ? creditableLines(this.invoice, this.notes.value().items) : [],
  );
  protected readonly model = linkedSignal(() => ({
    isPartial: false,
    quantities: this.lines().map(({ left }) => left),
    reason: '',
    restock: true,
  }));
  protected readonly form = sentForm(
    this.model,
    (path) => {
      required(path.reason);
      validateStandardSchema(path.reason, NewCreditNote.shape.reason);
      applyEach(path.quantities, (quantity) => {
        validate(quantity, ({ value, index }) => this.#check(value(), index()));
      });
      validate(path.quantities, ({ value, valueOf }) =>
        valueOf(path.isPartial) && creditedLines(this.lines(), value())?.length === 0
          ? { kind: 'required' }
          : undefined,
      );
    },
    () => this.#send(),
  );

  protected label(position: number): string {
    const { cell, creditQuantity } = this.t().invoices;
    return cell(creditQuantity, position);
  }

  #check(quantity: string, index: number) {
    const wanted = toScaled(quantity, 3);
    const left = toScaled(this.lines()[index]?.left ?? '0', 3) ?? 0;
    const isRight = wanted !== undefined && wanted >= 0 && wanted <= left;
    return isRight ? undefined : { kind: 'outOfRange' };
  }

  async #send(): Promise<void> {
    const { isPartial, quantities, reason, restock } = this.model();
    const request = NewCreditNote.parse({
      reason,
      restock,
      ...(isPartial ? { lines: creditedLines(this.lines(), quantities) } : {}),
    });
    this.#dialog.close(await this.#api.credit(this.invoice, request));
  }
}
