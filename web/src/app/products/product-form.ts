import { Component, computed, inject, input } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MatError, MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router } from '@angular/router';
import { NewProduct, Product } from 'inventory/contract';

import { currencies } from '../i18n/currencies.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { vatRates } from '../settings/vat-rates.ts';
import { DecimalField } from '../ui/decimal-field.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormPage } from '../ui/form-page.ts';
import { FormSection } from '../ui/form-section.ts';
import { Notice } from '../ui/notice.ts';
import { RateSelect } from '../ui/rate-select.ts';
import { recordForm } from '../ui/record-form.ts';
import { SelectField } from '../ui/select-field.ts';
import { TextField } from '../ui/text-field.ts';
import type { Unsaved } from '../ui/unsaved-guard.ts';
import { changeOf, inputOf } from './product-input.ts';
import { ProductsApi } from './products-api.ts';

/** What is known about a product, new or existing; its stock moves elsewhere. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-product-form',
  imports: [
    DecimalField,
    FieldError,
    FormField,
    FormPage,
    FormSection,
    MatError,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    RateSelect,
    SelectField,
    TextField,
  ],
  templateUrl: './product-form.html',
})
export class ProductForm implements Unsaved {
  readonly #api = inject(ProductsApi);
  readonly #router = inject(Router);
  readonly #notice = inject(Notice);
  readonly #language = inject(Language);

  /** The route's; none for a new product. */
  readonly id = input<string>();

  protected readonly t = this.#language.t;
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
    create: (input, key) => this.#api.create(NewProduct.parse(input), key),
    update: (product, input) => this.#api.update(product, changeOf(input)),
    done: (product, isNew) => this.#done(product, isNew),
  });
  readonly hasUnsaved = this.form.hasUnsaved;
  protected readonly currencies = computed(() =>
    currencies(this.#language.code(), this.form.model().currency),
  );

  #done({ id, name }: Product, isNew: boolean): Promise<boolean> {
    const { created, saved } = this.t().products;
    this.#notice.done((isNew ? created : saved)(name));
    return this.#router.navigateByUrl(`/products/${id}`);
  }
}
