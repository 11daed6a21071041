import { Component, computed, inject, signal } from '@angular/core';
import { required, validate, validateStandardSchema } from '@angular/forms/signals';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import type { Invoice } from 'billing/invoice-contract';
import { NewPayment } from 'billing/payment-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalField } from '../ui/decimal-field.ts';
import { fromScaled, toScaled } from '../ui/decimal.ts';
import { FormDialog } from '../ui/form-dialog.ts';
import { SelectField } from '../ui/select-field.ts';
import { sentForm } from '../ui/sent-form.ts';
import { TextField } from '../ui/text-field.ts';
import { InvoicesApi } from './invoices-api.ts';
import { today } from './today.ts';

const METHODS = ['transfer', 'card', 'cash', 'cheque', 'direct-debit'] as const;

type PaymentModel = Omit<NewPayment, 'amountMinor'> & { amount: string };

/** Notes a payment; closes with the invoice as it then is. */
@Component({
  selector: 'app-payment-dialog',
  imports: [DecimalField, FormDialog, SelectField, TextField],
  templateUrl: './payment-dialog.html',
})
export class PaymentDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<PaymentDialog, Invoice>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly methods = computed(() =>
    METHODS.map((code) => ({ code, name: this.t().invoices.methods[code] })),
  );
  protected readonly digits = this.formats.digits(this.invoice.currency);
  protected readonly model = signal<PaymentModel>({
    amount: fromScaled(this.invoice.balanceMinor, this.digits),
    paidOn: today(),
    method: 'transfer',
    reference: '',
  });
  protected readonly form = sentForm(
    this.model,
    (path) => {
      required(path.amount);
      validate(path.amount, ({ value }) => this.#check(value()));
      validateStandardSchema(path.paidOn, NewPayment.shape.paidOn);
      validateStandardSchema(path.reference, NewPayment.shape.reference.unwrap());
    },
    () => this.#send(),
  );

  #check(amount: string) {
    const minor = toScaled(amount, this.digits);
    const isRight = minor !== undefined && minor > 0 && minor <= this.invoice.balanceMinor;
    return isRight ? null : { kind: 'outOfRange' };
  }

  async #send(): Promise<void> {
    const { amount, ...rest } = this.model();
    const payment = NewPayment.parse({ ...rest, amountMinor: toScaled(amount, this.digits) });
    this.#dialog.close(await this.#api.pay(this.invoice, payment));
  }
}
