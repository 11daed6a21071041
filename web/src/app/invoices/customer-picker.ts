import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { FieldTree } from '@angular/forms/signals';
import type { Customer } from 'customer/contract';

import { kept } from '../api/kept.ts';
import { problemOf } from '../api/problem-of.ts';
import { CustomersApi } from '../customers/customers-api.ts';
import { explain } from '../i18n/explain.ts';
import { Language } from '../i18n/language.ts';
import { Picker } from '../ui/picker.ts';
import { LineNote } from './line-note.ts';

/** Finds the customer of an invoice. */
@Component({
  selector: 'app-customer-picker',
  imports: [LineNote, Picker],
  template: `
    @let words = t().invoices;
    <span class="field-label" aria-hidden="true">{{ words.customer }}</span>
    <app-picker
      [label]="words.customer"
      [text]="name()"
      [options]="options()"
      [nothingFound]="nothingFound()"
      [invalid]="field()().touched() && field()().invalid()"
      describedBy="customer-note"
      (search)="term.set($event)"
      (picked)="pick($event)"
      (left)="field()().markAsTouched()"
    />
    <app-line-note id="customer-note" [field]="field()" [incorrect]="words.customerRequired" />
  `,
})
export class CustomerPicker {
  readonly field = input.required<FieldTree<string>>();
  readonly name = input.required<string>();
  readonly picked = output<Customer>();

  protected readonly t = inject(Language).t;
  protected readonly term = signal<string | undefined>(undefined);
  protected readonly found = inject(CustomersApi).list(() => {
    const q = this.term();
    return q === undefined ? undefined : { q, sort: 'name', page: 0, size: 10, filters: {} };
  });
  protected readonly page = kept(this.found);
  protected readonly options = computed(() =>
    (this.page()?.items ?? []).map(({ id, name, city }) => ({ id, name, detail: city })),
  );
  protected readonly nothingFound = computed(() => {
    const error = this.found.error();
    if (error !== undefined) return explain(problemOf(error), this.t());
    return this.page() && !this.found.isLoading() ? this.t().invoices.noMatch : undefined;
  });

  protected pick(id: string): void {
    const customer = this.page()?.items.find((item) => item.id === id);
    if (customer) this.picked.emit(customer);
  }
}
