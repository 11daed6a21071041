import { Component, computed, effect, inject, input, linkedSignal, signal } from '@angular/core';
import {
  form,
  FormField,
  FormRoot,
  required,
  validateStandardSchema,
} from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatError, MatFormField, MatHint, MatLabel, MatSuffix } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router, RouterLink } from '@angular/router';
import { NewProduct, type Product, ProductInput } from 'inventory/contract';
import type { Problem } from 'platform/contract';

import { draftKey } from '../api/draft-key.ts';
import { loadProblem } from '../api/load-problem.ts';
import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { PageTitle } from '../shell/page-title.ts';
import { confirmed } from '../ui/confirm-dialog.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FieldError } from '../ui/field-error.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { Notice } from '../ui/notice.ts';
import { PageHeader } from '../ui/page-header.ts';
import { PercentInput } from '../ui/percent-input.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { placeErrors } from '../ui/server-errors.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { type Unsaved, warnBeforeClosing } from '../ui/unsaved-guard.ts';
import { inputOf } from './product-input.ts';
import { ProductsApi } from './products-api.ts';

/** What is known about a product, new or existing; its stock moves elsewhere. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-product-form',
  imports: [
    DecimalInput,
    EmptyState,
    FieldError,
    FocusInvalid,
    FormField,
    FormRoot,
    MatButton,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatSlideToggle,
    MatSuffix,
    PageHeader,
    PercentInput,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './product-form.html',
})
export class ProductForm implements Unsaved {
  readonly #api = inject(ProductsApi);
  readonly #router = inject(Router);
  readonly #dialog = inject(MatDialog);
  readonly #notice = inject(Notice);
  readonly #draftKey = draftKey();

  /** The route's; none for a new product. */
  readonly id = input<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly loaded = this.#api.one(this.id);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly loadProblem = loadProblem(this.loaded);
  protected readonly product = computed(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly home = computed(() => (this.id() ? `/products/${this.id()}` : '/products'));
  protected readonly model = linkedSignal(() => inputOf(this.product()));
  protected readonly form = form(
    this.model,
    (path) => {
      required(path.sku);
      required(path.name);
      validateStandardSchema(path, NewProduct);
    },
    { submission: { action: () => this.#save() } },
  );

  constructor() {
    warnBeforeClosing(this);
    const title = inject(PageTitle);
    effect(() => title.name(this.product()?.name));
  }

  hasUnsaved(): boolean {
    return this.form().dirty() && !this.form().submitting();
  }

  protected reload(): void {
    this.problem.set(undefined);
    this.form().reset();
    this.loaded.reload();
  }

  protected async remove(product: Product): Promise<void> {
    const { products, delete: confirm } = this.t();
    const question = {
      title: products.deleteTitle(product.name),
      text: products.deleteText,
      confirm,
    };
    if (!(await confirmed(this.#dialog, question))) return;
    try {
      await this.#api.remove(product);
      await this.#leave(products.deleted(product.name), '/products');
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  async #save() {
    const { initialQuantity, ...fields } = NewProduct.parse(this.model());
    const known = this.product();
    this.problem.set(undefined);
    try {
      const saved = known
        ? await this.#api.update(known, ProductInput.parse(fields))
        : await this.#api.create({ ...fields, initialQuantity }, this.#draftKey);
      const { products } = this.t();
      await this.#leave(
        (known ? products.saved : products.created)(saved.name),
        `/products/${saved.id}`,
      );
      return undefined;
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    }
  }

  async #leave(notice: string, path: string): Promise<void> {
    this.form().reset();
    this.#notice.done(notice);
    await this.#router.navigateByUrl(path);
  }
}
