import { Component, computed, inject, input } from '@angular/core';
import { FormField, required, validateStandardSchema } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router } from '@angular/router';
import { Customer, CustomerInput } from 'customer/contract';

import { countries } from '../i18n/countries.ts';
import { currencies } from '../i18n/currencies.ts';
import { Language } from '../i18n/language.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormPage } from '../ui/form-page.ts';
import { FormSection } from '../ui/form-section.ts';
import { Notice } from '../ui/notice.ts';
import { recordForm } from '../ui/record-form.ts';
import { SelectField } from '../ui/select-field.ts';
import { TextField } from '../ui/text-field.ts';
import type { Unsaved } from '../ui/unsaved-guard.ts';
import { inputOf } from './customer-input.ts';
import { CustomersApi } from './customers-api.ts';

/** What is known about a customer, new or existing. */
@Component({
  selector: 'app-customer-form',
  providers: [FORM_DEFAULTS],
  imports: [
    FieldError,
    FormField,
    FormPage,
    FormSection,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatSlideToggle,
    SelectField,
    TextField,
  ],
  templateUrl: './customer-form.html',
})
export class CustomerForm implements Unsaved {
  readonly #api = inject(CustomersApi);
  readonly #router = inject(Router);
  readonly #notice = inject(Notice);
  readonly #language = inject(Language);

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
    create: (input, key) => this.#api.create(CustomerInput.parse(input), key),
    update: (customer, input) => this.#api.update(customer, CustomerInput.parse(input)),
    done: (customer, isNew) => this.#done(customer, isNew),
  });
  readonly hasUnsaved = this.form.hasUnsaved;
  protected readonly countries = computed(() =>
    countries(this.#language.code(), this.form.model().country),
  );
  protected readonly currencies = computed(() =>
    currencies(this.#language.code(), this.form.model().currency),
  );

  #done({ id, name }: Customer, isNew: boolean): Promise<boolean> {
    const { created, saved } = this.t().customers;
    this.#notice.done((isNew ? created : saved)(name));
    return this.#router.navigateByUrl(`/customers/${id}`);
  }
}
