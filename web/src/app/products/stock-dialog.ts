import { Component, computed, inject, signal } from '@angular/core';
import { FormField, validate, validateStandardSchema } from '@angular/forms/signals';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { NewCount, NewMovement, type Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormDialog } from '../ui/form-dialog.ts';
import { Notice } from '../ui/notice.ts';
import { sentForm } from '../ui/sent-form.ts';
import { ProductsApi } from './products-api.ts';
import { deltaOf, stockAfter, type StockEntry, stockError } from './stock-change.ts';

/** Moves stock by hand, with a reason; closes with true once it is done. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-stock-dialog',
  imports: [
    DecimalInput,
    FieldError,
    FormDialog,
    FormField,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
  ],
  templateUrl: './stock-dialog.html',
})
export class StockDialog {
  readonly #api = inject(ProductsApi);
  readonly #dialog = inject<MatDialogRef<StockDialog, boolean>>(MatDialogRef);
  readonly #formats = inject(Formats);
  readonly #notice = inject(Notice);

  protected readonly product = inject<Product>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly reasons = ['receipt', 'adjustment', 'count', 'return'] as const;
  protected readonly model = signal<StockEntry>({
    reason: 'receipt',
    quantity: '',
    note: '',
    reference: '',
  });
  protected readonly form = sentForm(
    this.model,
    (path) => {
      validateStandardSchema(path.note, NewMovement.shape.note.unwrap());
      validateStandardSchema(path.reference, NewMovement.shape.reference.unwrap());
      validate(path.quantity, ({ valueOf }) => {
        const kind = stockError(valueOf(path), this.product);
        return kind && { kind };
      });
      validate(path.note, ({ value, valueOf }) => {
        const isMissing = valueOf(path.reason) === 'adjustment' && value().trim() === '';
        return isMissing ? { kind: 'unexplained' } : undefined;
      });
    },
    () => this.#send(),
  );
  protected readonly after = computed(() => {
    const delta = deltaOf(this.model(), this.product);
    if (delta === undefined || !this.form.fields.quantity().valid()) return undefined;
    return this.#formats.number(stockAfter(delta, this.product));
  });
  protected readonly incorrect = computed(() => {
    const { invalid } = this.t().products;
    const kind = stockError(this.model(), this.product) ?? 'delta';
    return kind === 'tooMuch'
      ? invalid.tooMuch(this.#formats.number(this.product.available))
      : invalid[kind];
  });

  async #send(): Promise<void> {
    const { reason, quantity, note, reference } = this.model();
    const { delta } =
      reason === 'count'
        ? await this.#api.count(this.product, NewCount.parse({ counted: quantity, note }))
        : await this.#api.move(
            this.product,
            NewMovement.parse({ delta: quantity, reason, note, reference }),
          );
    const { moved } = this.t().products;
    this.#notice.done(moved(this.#formats.signed(delta), this.product.name));
    this.#dialog.close(true);
  }
}
