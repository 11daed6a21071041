import { inject, Service } from '@angular/core';

import { countryName } from './countries.ts';
import { Formats } from './formats.ts';
import { Language } from './language.ts';

/** What a field of a record holds, as a person reads it; the field's name says its unit. */
@Service()
export class FieldValues {
  readonly #language = inject(Language);
  readonly #t = this.#language.t;
  readonly #formats = inject(Formats);

  /** Empty for nothing. Amounts are in `currency`. */
  text(field: string, value: unknown, currency = 'EUR'): string {
    if (Array.isArray(value)) return value.map((item) => this.text(field, item)).join(' · ');
    if (typeof value === 'boolean') return value ? this.#t().yes : this.#t().no;
    if (typeof value === 'number') return this.#number(field, value, currency);
    return typeof value === 'string' ? this.#string(field, value) : '';
  }

  #number(field: string, value: number, currency: string): string {
    if (field.endsWith('Minor')) return this.#formats.money(value, currency);
    return field.endsWith('Bp') ? this.#formats.percent(value) : this.#formats.number(value);
  }

  #string(field: string, value: string): string {
    const statuses: Readonly<Record<string, string>> = this.#t().invoices.statuses;
    const categories: Readonly<Record<string, string>> = this.#t().vat.categories;
    if (field === 'vatCategory') return categories[value] ?? value;
    if (field === 'status') return statuses[value] ?? value;
    if (field.endsWith('country')) return countryName(this.#language.code(), value);
    if (/^\d{4}-\d\d-\d\d$/.test(value)) return this.#formats.day(value);
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return this.#formats.instant(value);
    return /^-?\d+\.\d+$/.test(value) ? this.#formats.number(value) : value;
  }
}
