import { Component, computed, inject, input } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router } from '@angular/router';
import { Product } from 'inventory/contract';

import { currencies } from '../i18n/currencies.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { offeredVat } from '../settings/offered-vat.ts';
import { vatChoices, vatOf } from '../settings/vat-choices.ts';
import { DecimalField } from '../ui/decimal-field.ts';
import { FormPage } from '../ui/form-page.ts';
import { FormSection } from '../ui/form-section.ts';
import { Notice } from '../ui/notice.ts';
import { recordForm } from '../ui/record-form.ts';
import { SelectField } from '../ui/select-field.ts';
import { TextField } from '../ui/text-field.ts';
import type { Unsaved } from '../ui/unsaved-guard.ts';
import { changeOf, draftOf, inputOf, ProductDraft } from './product-input.ts';
import { ProductsApi } from './products-api.ts';

/** What is known about a product, new or existing; its stock moves elsewhere. */
@Component({
  selector: 'app-product-form',
  imports: [DecimalField, FormField, FormPage, FormSection, MatSlideToggle, SelectField, TextField],
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
  protected readonly home = computed(() => (this.id() ? `/products/${this.id()}` : '/products'));
  protected readonly form = recordForm({
    loaded: this.loaded,
    record: Product,
    inputOf: draftOf,
    schema: (path) => {
      required(path.sku);
      required(path.name);
      validateStandardSchema(path, ProductDraft);
    },
    create: (input, key) => this.#api.create(inputOf(input), key),
    update: (product, input) => this.#api.update(product, changeOf(input)),
    shownOf: (draft) => ({ ...draft, vat: this.formats.vat(vatOf(draft.vat)) }),
    done: (product, isNew) => this.#done(product, isNew),
  });
  readonly hasUnsaved = this.form.hasUnsaved;
  protected readonly currencies = computed(() =>
    currencies(this.#language.code(), this.form.model().currency),
  );

  readonly #offeredVat = offeredVat();
  protected readonly vatChoices = computed(() =>
    vatChoices(this.#offeredVat(), this.form.model().vat, this.formats),
  );

  #done({ id, name }: Product, isNew: boolean): Promise<boolean> {
    const { created, saved } = this.t().products;
    this.#notice.done((isNew ? created : saved)(name));
    return this.#router.navigateByUrl(`/products/${id}`);
  }
}
