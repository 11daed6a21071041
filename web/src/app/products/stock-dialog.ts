import { Component, computed, inject, signal } from '@angular/core';
import {
  form,
  FormField,
  FormRoot,
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
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { NewMovement, type Product } from 'inventory/contract';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { fromScaled, toScaled } from '../ui/decimal.ts';
import { FieldError } from '../ui/field-error.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { Notice } from '../ui/notice.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { placeErrors } from '../ui/server-errors.ts';
import { ProductsApi } from './products-api.ts';

/** Moves stock by hand, with a reason; closes with true once it is done. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-stock-dialog',
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
    MatHint,
    MatInput,
    MatLabel,
    ProblemBanner,
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
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly model = signal<NewMovement>({ delta: '', reason: 'receipt', note: '' });
  protected readonly form = form(
    this.model,
    (path) => {
      validateStandardSchema(path, NewMovement);
      validate(path.delta, ({ value }) => (this.#leaves(value()) ? null : { kind: 'tooMuch' }));
    },
    {
      submission: { action: () => this.#save() },
    },
  );
  protected readonly after = computed(() => {
    const delta = toScaled(this.model().delta, 3);
    const onHand = toScaled(this.product.onHand, 3);
    if (delta === undefined || onHand === undefined || !this.form.delta().valid()) return undefined;
    return this.#formats.number(fromScaled(onHand + delta, 3));
  });

  protected readonly incorrect = computed(() => {
    const { delta, tooMuch } = this.t().products.invalid;
    const isTooMuch = this.form.delta().getError('tooMuch') !== undefined;
    return isTooMuch ? tooMuch(this.#formats.number(this.product.available)) : delta;
  });

  /** Whether what goes out is there and not promised to an invoice. */
  #leaves(delta: string): boolean {
    const change = toScaled(delta, 3) ?? 0;
    return change >= 0 || change + (toScaled(this.product.available, 3) ?? 0) >= 0;
  }

  async #save() {
    const movement = NewMovement.parse(this.model());
    this.problem.set(undefined);
    try {
      await this.#api.move(this.product, movement);
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    }
    const { moved } = this.t().products;
    this.#notice.done(moved(this.#formats.signed(movement.delta), this.product.name));
    this.#dialog.close(true);
    return undefined;
  }
}
