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
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import { type Customer, CustomerInput } from 'customer/contract';
import type { Problem } from 'platform/contract';

import { draftKey } from '../api/draft-key.ts';
import { loadProblem } from '../api/load-problem.ts';
import { problemOf } from '../api/problem-of.ts';
import { countries } from '../i18n/countries.ts';
import { Language } from '../i18n/language.ts';
import { PageTitle } from '../shell/page-title.ts';
import { confirmed } from '../ui/confirm-dialog.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FieldError } from '../ui/field-error.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { Notice } from '../ui/notice.ts';
import { PageHeader } from '../ui/page-header.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { placeErrors } from '../ui/server-errors.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { type Unsaved, warnBeforeClosing } from '../ui/unsaved-guard.ts';
import { inputOf } from './customer-input.ts';
import { CustomersApi } from './customers-api.ts';

/** One customer, new or known. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-customer-form',
  imports: [
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
    PageHeader,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './customer-form.html',
})
export class CustomerForm implements Unsaved {
  readonly #api = inject(CustomersApi);
  readonly #router = inject(Router);
  readonly #dialog = inject(MatDialog);
  readonly #notice = inject(Notice);
  readonly #draftKey = draftKey();

  /** The route's; none for a new customer. */
  readonly id = input<string>();

  protected readonly language = inject(Language);
  protected readonly t = this.language.t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly loadProblem = loadProblem(this.loaded);
  protected readonly customer = computed(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly model = linkedSignal(() => inputOf(this.customer()));
  protected readonly form = form(
    this.model,
    (path) => {
      required(path.name);
      validateStandardSchema(path, CustomerInput);
    },
    { submission: { action: () => this.#save() } },
  );
  protected readonly countries = computed(() =>
    countries(this.language.code(), this.model().country),
  );

  constructor() {
    warnBeforeClosing(this);
    const title = inject(PageTitle);
    effect(() => title.name(this.customer()?.name));
  }

  hasUnsaved(): boolean {
    return this.form().dirty() && !this.form().submitting();
  }

  protected reload(): void {
    this.problem.set(undefined);
    this.form().reset();
    this.loaded.reload();
  }

  protected async remove(customer: Customer): Promise<void> {
    const { customers, delete: confirm } = this.t();
    const question = {
      title: customers.deleteTitle(customer.name),
      text: customers.deleteText,
      confirm,
    };
    if (!(await confirmed(this.#dialog, question))) return;
    try {
      await this.#api.remove(customer);
      await this.#leave(customers.deleted(customer.name));
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  async #save() {
    const input = CustomerInput.parse(this.model());
    const { customers } = this.t();
    const customer = this.customer();
    this.problem.set(undefined);
    try {
      if (customer) await this.#api.update(customer, input);
      else await this.#api.create(input, this.#draftKey);
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    }
    await this.#leave((customer ? customers.saved : customers.created)(input.name));
    return undefined;
  }

  async #leave(notice: string): Promise<void> {
    this.form().reset();
    this.#notice.done(notice);
    await this.#router.navigateByUrl('/customers');
  }
}
