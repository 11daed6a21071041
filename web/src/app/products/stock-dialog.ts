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
import { NewCount, NewMovement, type Product } from 'inventory/contract';
import type { Problem } from 'platform/contract';
import { signedDecimal } from 'platform/fields';
import { z } from 'zod';

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

const REASONS = [...NewMovement.shape.reason.options, 'count'] as const;

/** What is asked for; of a count not the change, but what is there. */
const StockChange = z.object({
  delta: signedDecimal(9, 3),
  reason: z.enum(REASONS),
  note: NewMovement.shape.note.unwrap(),
});
type StockChange = z.output<typeof StockChange>;

/** Moves or counts stock by hand, with a reason; closes with true once it is done. */
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
  protected readonly reasons = REASONS;
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly model = signal<StockChange>({ delta: '', reason: 'receipt', note: '' });
  protected readonly form = form(
    this.model,
    (path) => {
      validateStandardSchema(path, StockChange);
      validate(path.delta, ({ value, valueOf }) => {
        const kind = this.#complaint(value(), valueOf(path.reason));
        return kind === undefined ? null : { kind };
      });
      validate(path.note, ({ value, valueOf }) => {
        const isMissing = valueOf(path.reason) === 'adjustment' && value().trim() === '';
        return isMissing ? { kind: 'unexplained' } : null;
      });
    },
    {
      submission: { action: () => this.#save() },
    },
  );
  protected readonly isCount = computed(() => this.model().reason === 'count');
  protected readonly after = computed(() => {
    const delta = toScaled(this.model().delta, 3);
    const onHand = toScaled(this.product.onHand, 3);
    if (delta === undefined || onHand === undefined || !this.form.delta().valid()) return undefined;
    return this.#formats.number(fromScaled(this.isCount() ? delta : onHand + delta, 3));
  });

  protected readonly incorrect = computed(() => {
    const { delta, quantity, tooMuch } = this.t().products.invalid;
    const isTooMuch = this.form.delta().getError('tooMuch') !== undefined;
    if (isTooMuch) return tooMuch(this.#formats.number(this.product.available));
    return this.isCount() ? quantity : delta;
  });

  /** What goes out must be there and not promised to an invoice; what was counted, at least that. */
  #complaint(typed: string, reason: StockChange['reason']): string | undefined {
    const quantity = toScaled(typed, 3);
    if (quantity === undefined) return undefined;
    if (reason === 'count') return quantity < 0 ? 'negative' : undefined;
    if (quantity === 0) return 'zero';
    return quantity + (toScaled(this.product.available, 3) ?? 0) < 0 ? 'tooMuch' : undefined;
  }

  async #save() {
    this.problem.set(undefined);
    let delta: string;
    try {
      ({ delta } = await this.#send(this.model()));
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    }
    const { moved } = this.t().products;
    this.#notice.done(moved(this.#formats.signed(delta), this.product.name));
    this.#dialog.close(true);
    return undefined;
  }

  #send({ delta, reason, note }: StockChange) {
    return reason === 'count'
      ? this.#api.count(this.product, NewCount.parse({ counted: delta, note }))
      : this.#api.move(this.product, NewMovement.parse({ delta, reason, note }));
  }
}
