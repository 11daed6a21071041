import { computed, inject, Service } from '@angular/core';
import type { VatKind } from 'billing/vat-groups';
import { currencyExponent } from 'platform/currency';

import { fromScaled } from '../ui/decimal.ts';
import { Language } from './language.ts';

/**
 * Amounts, numbers and dates as the language writes them. Calendar days (`2026-11-22`) are shown
 * as they are and never move with the time zone.
 */
@Service()
export class Formats {
  readonly #language = inject(Language);
  readonly #locale = computed(() => (this.#language.code() === 'fr' ? 'fr-FR' : 'en-GB'));
  readonly #numbers = computed(
    () => new Intl.NumberFormat(this.#locale(), { maximumFractionDigits: 6 }),
  );
  readonly #signed = computed(
    () =>
      new Intl.NumberFormat(this.#locale(), {
        maximumFractionDigits: 3,
        signDisplay: 'exceptZero',
      }),
  );
  readonly #days = computed(
    () => new Intl.DateTimeFormat(this.#locale(), { dateStyle: 'medium', timeZone: 'UTC' }),
  );
  readonly #months = computed(
    () =>
      new Intl.DateTimeFormat(this.#locale(), { month: 'long', year: 'numeric', timeZone: 'UTC' }),
  );
  readonly #shortMonths = computed(
    () =>
      new Intl.DateTimeFormat(this.#locale(), { month: 'short', year: '2-digit', timeZone: 'UTC' }),
  );
  readonly #dates = computed(
    () => new Intl.DateTimeFormat(this.#locale(), { dateStyle: 'medium' }),
  );
  readonly #instants = computed(
    () => new Intl.DateTimeFormat(this.#locale(), { dateStyle: 'medium', timeStyle: 'short' }),
  );

  /** An amount in the smallest unit of its currency: 123456 EUR is `1 234,56 €`. */
  money(minor: number, currency: string): string {
    const digits = this.digits(currency);
    const format = new Intl.NumberFormat(this.#locale(), {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return withMinus(format.format(exact(fromScaled(minor, digits))));
  }

  /** An amount where there is little room: `12 k€`. */
  moneyShort(minor: number, currency: string): string {
    return new Intl.NumberFormat(this.#locale(), {
      style: 'currency',
      currency,
      notation: 'compact',
      maximumFractionDigits: 1,
      minimumFractionDigits: 0,
    }).format(minor / 10 ** this.digits(currency));
  }

  /** How many decimals a currency has: as the services count, whatever the browser thinks. */
  digits(currency: string): number {
    return currencyExponent(currency);
  }

  /** A unit price as a decimal string: `12.5` EUR is `12,50 €`, with the decimals that it has. */
  price(decimal: string, currency: string): string {
    return new Intl.NumberFormat(this.#locale(), {
      style: 'currency',
      currency,
      minimumFractionDigits: this.digits(currency),
      maximumFractionDigits: 6,
    }).format(exact(decimal));
  }

  /** The sign of a currency, `€`. */
  symbol(currency: string): string {
    const parts = new Intl.NumberFormat(this.#locale(), {
      style: 'currency',
      currency,
    }).formatToParts(0);
    return parts.find(({ type }) => type === 'currency')?.value ?? currency;
  }

  number(value: string | number): string {
    return withMinus(this.#numbers().format(exact(String(value))));
  }

  /** A change, with its sign. */
  signed(value: string): string {
    return withMinus(this.#signed().format(exact(value)));
  }

  /** Basis points: 550 is `5,5 %`. */
  percent(basisPoints: number): string {
    return new Intl.NumberFormat(this.#locale(), {
      style: 'percent',
      maximumFractionDigits: 2,
    }).format(basisPoints / 10_000);
  }

  /** The VAT that something bears: `20 %`, or why it bears none. */
  vat({ vatCategory, vatRateBp }: VatKind): string {
    if (isRate(vatCategory)) return this.percent(vatRateBp);
    return this.#language.t().vat.categories[vatCategory];
  }

  /** The same where nothing else says that it is VAT: `TVA 20 %`. */
  vatAlone(kind: VatKind): string {
    const { vatAt } = this.#language.t().invoices;
    return isRate(kind.vatCategory) ? vatAt(this.vat(kind)) : this.vat(kind);
  }

  day(day: string | null): string {
    return day === null ? '' : this.#days().format(new Date(`${day}T00:00:00Z`));
  }

  /** The month of a day: `novembre 2026`. */
  month(day: string): string {
    return this.#months().format(new Date(`${day}T00:00:00Z`));
  }

  /** The same where there is little room: `nov. 26`. */
  monthShort(day: string): string {
    return this.#shortMonths().format(new Date(`${day}T00:00:00Z`));
  }

  /** The day of an instant, where the person is. */
  date(instant: string): string {
    return this.#dates().format(new Date(instant));
  }

  /** The time of day of an instant, to the second. */
  time(instant: string): string {
    return new Intl.DateTimeFormat(this.#locale(), { timeStyle: 'medium' }).format(
      new Date(instant),
    );
  }

  instant(instant: string): string {
    return this.#instants().format(new Date(instant));
  }
}

/** A decimal as text is written digit by digit, whereas a number holds some 15 of them. */
const exact = (decimal: string) => (isDecimal(decimal) ? decimal : Number(decimal));

const isDecimal = (text: string): text is `${number}` => /^-?\d+(\.\d+)?$/.test(text);

/** The sign that is as wide as a digit, as typography has it. */
const withMinus = (text: string) => text.replace('-', '−');

/** Whether a category is known by its rate. */
const isRate = (category: VatKind['vatCategory']) => category === 'S' || category === 'Z';
