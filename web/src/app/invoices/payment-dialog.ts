import { Component, inject, signal } from '@angular/core';
import {
  form,
  FormField,
  FormRoot,
  required,
  validate,
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
import { MatError, MatFormField, MatLabel, MatSuffix } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import type { Invoice } from 'billing/invoice-contract';
import { NewPayment } from 'billing/payment-contract';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { fromScaled, toScaled } from '../ui/decimal.ts';
import { FieldError } from '../ui/field-error.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { InvoicesApi } from './invoices-api.ts';
import { today } from './today.ts';

const METHODS = ['transfer', 'card', 'cash', 'cheque', 'direct-debit'] as const;

type PaymentModel = Omit<NewPayment, 'amountMinor'> & { amount: string };

/** Notes a payment; closes with the invoice as it then is. */
@Component({
  selector: 'app-payment-dialog',
  providers: [FORM_DEFAULTS],
  imports: [
    DecimalInput,
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
    MatSuffix,
    ProblemBanner,
  ],
  templateUrl: './payment-dialog.html',
})
export class PaymentDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<PaymentDialog, Invoice>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly methods = METHODS;
  protected readonly digits = this.formats.digits(this.invoice.currency);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly model = signal<PaymentModel>({
    amount: fromScaled(this.invoice.balanceMinor, this.digits),
    paidOn: today(),
    method: 'transfer',
    reference: '',
  });
  protected readonly form = form(
    this.model,
    (path) => {
      required(path.amount);
      validate(path.amount, ({ value }) => this.#check(value()));
      validateStandardSchema(path.paidOn, NewPayment.shape.paidOn);
      validateStandardSchema(path.reference, NewPayment.shape.reference.unwrap());
    },
    { submission: { action: () => this.#save() } },
  );

  #check(amount: string) {
    const minor = toScaled(amount, this.digits);
    const isRight = minor !== undefined && minor > 0 && minor <= this.invoice.balanceMinor;
    return isRight ? null : { kind: 'outOfRange' };
  }

  async #save() {
    const { amount, ...rest } = this.model();
    this.problem.set(undefined);
    try {
      const payment = NewPayment.parse({ ...rest, amountMinor: toScaled(amount, this.digits) });
      this.#dialog.close(await this.#api.pay(this.invoice, payment));
    } catch (error) {
      this.problem.set(problemOf(error));
    }
    return undefined;
  }
}
