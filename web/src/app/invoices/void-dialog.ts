import { Component, inject, signal } from '@angular/core';
import {
  form,
  FormField,
  FormRoot,
  required,
  validateStandardSchema,
} from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { MatError, MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { type Invoice, VoidRequest } from 'billing/invoice-contract';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { Language } from '../i18n/language.ts';
import { FieldError } from '../ui/field-error.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { placeErrors } from '../ui/server-errors.ts';
import { InvoicesApi } from './invoices-api.ts';

/** Cancels an issued invoice, with a reason; closes with the invoice as it then is. */
@Component({
  selector: 'app-void-dialog',
  providers: [FORM_DEFAULTS],
  imports: [
    FieldError,
    FocusInvalid,
    FormField,
    FormRoot,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    MatError,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    ProblemBanner,
  ],
  template: `
    @let words = t().invoices;
    <form appFocusInvalid [formRoot]="form">
      <h2 matDialogTitle>{{ words.voidTitle(invoice.number ?? '') }}</h2>
      <mat-dialog-content>
        <div class="form-stack">
          @if (problem(); as problem) {
            <app-problem-banner [problem]="problem" [canRetry]="false" />
          }
          <p>{{ words.voidText }}</p>
          <mat-form-field>
            <mat-label>{{ words.voidReason }}</mat-label>
            <input matInput [formField]="form.reason" autocomplete="off" />
            <mat-error><app-field-error [field]="form.reason" /></mat-error>
          </mat-form-field>
          <mat-slide-toggle [formField]="form.restock">{{ words.restock }}</mat-slide-toggle>
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>{{ words.keep }}</button>
        <button matButton="filled" type="submit" class="danger" [disabled]="form().submitting()">
          {{ words.void }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
})
export class VoidDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<VoidDialog, Invoice>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly model = signal<VoidRequest>({ restock: true, reason: '' });
  protected readonly form = form(
    this.model,
    (path) => {
      required(path.reason);
      validateStandardSchema(path, VoidRequest);
    },
    { submission: { action: () => this.#save() } },
  );

  async #save() {
    this.problem.set(undefined);
    try {
      const request = VoidRequest.parse(this.model());
      this.#dialog.close(await this.#api.void(this.invoice, request));
      return undefined;
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    }
  }
}
