import { Component, computed, inject, input } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel, MatSuffix } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router } from '@angular/router';
import { NewProduct, Product, ProductInput } from 'inventory/contract';

import { draftKey } from '../api/draft-key.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { vatRates } from '../settings/vat-rates.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormPage } from '../ui/form-page.ts';
import { Notice } from '../ui/notice.ts';
import { RateSelect } from '../ui/rate-select.ts';
import { recordForm } from '../ui/record-form.ts';
import { type Unsaved, warnBeforeClosing } from '../ui/unsaved-guard.ts';
import { inputOf } from './product-input.ts';
import { ProductsApi } from './products-api.ts';

/** What is known about a product, new or existing; its stock moves elsewhere. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-product-form',
  imports: [
    DecimalInput,
    FieldError,
    FormField,
    FormPage,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatSlideToggle,
    MatSuffix,
    RateSelect,
  ],
  templateUrl: './product-form.html',
})
export class ProductForm implements Unsaved {
  readonly #api = inject(ProductsApi);
  readonly #router = inject(Router);
  readonly #notice = inject(Notice);
  readonly #draftKey = draftKey();

  /** The route's; none for a new product. */
  readonly id = input<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly loaded = this.#api.one(this.id);
  protected readonly vatRates = vatRates();
  protected readonly home = computed(() => (this.id() ? `/products/${this.id()}` : '/products'));
  protected readonly form = recordForm({
    loaded: this.loaded,
    record: Product,
    inputOf,
    schema: (path) => {
      required(path.sku);
      required(path.name);
      validateStandardSchema(path, NewProduct);
    },
    send: (product) => this.#send(product),
  });

  constructor() {
    warnBeforeClosing(this);
  }

  hasUnsaved(): boolean {
    return this.form.hasUnsaved();
  }

  async #send(known: Product | undefined): Promise<void> {
    const { initialQuantity, ...fields } = NewProduct.parse(this.form.model());
    const saved = known
      ? await this.#api.update(known, ProductInput.parse(fields))
      : await this.#api.create({ ...fields, initialQuantity }, this.#draftKey);
    const { products } = this.t();
    this.form.settle();
    this.#notice.done((known ? products.saved : products.created)(saved.name));
    await this.#router.navigateByUrl(`/products/${saved.id}`);
  }
}
