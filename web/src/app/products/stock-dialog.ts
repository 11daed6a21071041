import { Component, computed, inject, signal } from '@angular/core';
import { validate, validateStandardSchema } from '@angular/forms/signals';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { NewCount, NewMovement, type Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalField } from '../ui/decimal-field.ts';
import { FormDialog } from '../ui/form-dialog.ts';
import { Notice } from '../ui/notice.ts';
import { SelectField } from '../ui/select-field.ts';
import { sentForm } from '../ui/sent-form.ts';
import { TextField } from '../ui/text-field.ts';
import { ProductsApi } from './products-api.ts';
import { deltaOf, stockAfter, type StockEntry, stockError } from './stock-change.ts';

const REASONS = ['receipt', 'adjustment', 'count', 'return'] as const;

/** Moves stock by hand, with a reason; closes with true once it is done. */
@Component({
  selector: 'app-stock-dialog',
  imports: [DecimalField, FormDialog, SelectField, TextField],
  templateUrl: './stock-dialog.html',
})
export class StockDialog {
  readonly #api = inject(ProductsApi);
  readonly #dialog = inject<MatDialogRef<StockDialog, boolean>>(MatDialogRef);
  readonly #formats = inject(Formats);
  readonly #notice = inject(Notice);

  protected readonly product = inject<Product>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly reasons = computed(() =>
    REASONS.map((code) => ({ code, name: this.t().products.reasons[code] })),
  );
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
  /** What the stock will be, once a quantity was typed. */
  protected readonly hint = computed(() => {
    const { after, adjustmentHint } = this.t().products;
    const delta = deltaOf(this.model(), this.product);
    if (delta !== undefined && this.form.fields.quantity().valid()) {
      return after(this.#formats.number(stockAfter(delta, this.product)));
    }
    return this.model().reason === 'adjustment' ? adjustmentHint : undefined;
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
