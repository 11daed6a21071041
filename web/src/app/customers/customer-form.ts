import { Component, computed, inject, input } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router } from '@angular/router';
import { Customer, CustomerInput } from 'customer/contract';

import { draftKey } from '../api/draft-key.ts';
import { countries } from '../i18n/countries.ts';
import { currencies } from '../i18n/currencies.ts';
import { Language } from '../i18n/language.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormPage } from '../ui/form-page.ts';
import { Notice } from '../ui/notice.ts';
import { recordForm } from '../ui/record-form.ts';
import { type Unsaved, warnBeforeClosing } from '../ui/unsaved-guard.ts';
import { inputOf } from './customer-input.ts';
import { CustomersApi } from './customers-api.ts';

/** What is known about a customer, new or existing. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-customer-form',
  imports: [FieldError, FormField, FormPage, MatError, MatFormField, MatHint, MatInput, MatLabel],
  templateUrl: './customer-form.html',
})
export class CustomerForm implements Unsaved {
  readonly #api = inject(CustomersApi);
  readonly #router = inject(Router);
  readonly #notice = inject(Notice);
  readonly #language = inject(Language);
  readonly #draftKey = draftKey();

  /** The route's; none for a new customer. */
  readonly id = input<string>();

  protected readonly t = this.#language.t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly home = computed(() => (this.id() ? `/customers/${this.id()}` : '/customers'));
  protected readonly form = recordForm({
    loaded: this.loaded,
    record: Customer,
    inputOf,
    schema: (path) => {
      required(path.name);
      validateStandardSchema(path, CustomerInput);
    },
    send: (customer) => this.#send(customer),
  });
  protected readonly countries = computed(() =>
    countries(this.#language.code(), this.form.model().country),
  );
  protected readonly currencies = computed(() =>
    currencies(this.#language.code(), this.form.model().currency),
  );

  constructor() {
    warnBeforeClosing(this);
  }

  hasUnsaved(): boolean {
    return this.form.hasUnsaved();
  }

  async #send(known: Customer | undefined): Promise<void> {
    const input = CustomerInput.parse(this.form.model());
    const saved = known
      ? await this.#api.update(known, input)
      : await this.#api.create(input, this.#draftKey);
    const { customers } = this.t();
    this.form.settle();
    this.#notice.done((known ? customers.saved : customers.created)(saved.name));
    await this.#router.navigateByUrl(`/customers/${saved.id}`);
  }
}
