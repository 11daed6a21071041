import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { Router, RouterLink } from '@angular/router';
import type { Customer } from 'customer/contract';

import { addressLines } from '../i18n/address-lines.ts';
import { currencyName } from '../i18n/currencies.ts';
import { Language } from '../i18n/language.ts';
import { Chip } from '../ui/chip.ts';
import { doing } from '../ui/doing.ts';
import { History } from '../ui/history.ts';
import { type RecordAction, RecordMenu } from '../ui/record-menu.ts';
import { RecordPage } from '../ui/record-page.ts';
import { CustomerBalance } from './customer-balance.ts';
import { CustomerInvoices } from './customer-invoices.ts';
import { CustomersApi } from './customers-api.ts';

/** A customer: how to reach them, what they owe, their invoices, and what happened to the record. */
@Component({
  selector: 'app-customer-page',
  imports: [
    Chip,
    CustomerBalance,
    CustomerInvoices,
    History,
    MatButton,
    MatIcon,
    RecordMenu,
    RecordPage,
    RouterLink,
  ],
  templateUrl: './customer-page.html',
  styleUrl: './customer-page.scss',
})
export class CustomerPage {
  readonly #api = inject(CustomersApi);
  readonly #router = inject(Router);
  readonly #language = inject(Language);

  readonly id = input.required<string>();

  protected readonly t = this.#language.t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly customer = linkedSignal(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly trail = this.#api.history(this.customer);
  protected readonly doing = doing();
  protected readonly address = computed(() => {
    const customer = this.customer();
    return customer ? addressLines(customer, this.#language.code()) : [];
  });
  protected readonly currency = computed(() =>
    currencyName(this.#language.code(), this.customer()?.currency ?? ''),
  );
  protected readonly terms = computed(() => {
    const { invoices, customers } = this.t();
    const { dueDays = null, dueEndOfMonth = false } = this.customer() ?? {};
    return dueDays === null ? customers.dueAsSettings : invoices.dueIn(dueDays, dueEndOfMonth);
  });
  protected readonly actions = computed<RecordAction[]>(() => {
    const customer = this.customer();
    return customer ? this.#actionsFor(customer) : [];
  });

  #actionsFor(customer: Customer): RecordAction[] {
    const { customers, archive, restore, delete: remove } = this.t();
    return [
      customer.archivedAt
        ? { icon: 'unarchive', label: restore, run: () => this.#restore(customer) }
        : { icon: 'archive', label: archive, run: () => this.#archive(customer) },
      {
        icon: 'person_off',
        label: customers.anonymise,
        isDangerous: true,
        run: () => this.#anonymise(customer),
      },
      { icon: 'delete', label: remove, isDangerous: true, run: () => this.#remove(customer) },
    ];
  }

  #archive(customer: Customer): Promise<boolean> {
    return this.doing.run({
      work: async () => this.customer.set(await this.#api.archive(customer)),
      done: this.t().customers.archived(customer.name),
    });
  }

  #restore(customer: Customer): Promise<boolean> {
    return this.doing.run({
      work: async () => this.customer.set(await this.#api.restore(customer)),
      done: this.t().customers.restored(customer.name),
    });
  }

  #anonymise(customer: Customer): Promise<boolean> {
    const { customers } = this.t();
    return this.doing.run({
      ask: {
        title: customers.anonymiseTitle(customer.name),
        text: customers.anonymiseText,
        confirm: customers.anonymise,
      },
      work: async () => this.customer.set(await this.#api.anonymise(customer)),
      done: customers.anonymised,
    });
  }

  async #remove(customer: Customer): Promise<void> {
    const { customers, delete: confirm } = this.t();
    const isDone = await this.doing.run({
      ask: { title: customers.deleteTitle(customer.name), text: customers.deleteText, confirm },
      work: () => this.#api.remove(customer),
      done: customers.deleted(customer.name),
    });
    if (isDone) await this.#router.navigateByUrl('/customers');
  }
}
