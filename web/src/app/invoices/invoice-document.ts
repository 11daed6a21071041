import { Component, computed, inject, input } from '@angular/core';
import type { Buyer, Invoice } from 'billing/invoice-contract';

import { countryName } from '../i18n/countries.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { StatusChip } from './status-chip.ts';
import { TotalsPanel } from './totals-panel.ts';

type Address = Pick<Buyer, 'street' | 'postalCode' | 'city' | 'country'>;

/** The sheet of an invoice, as it is read and printed. */
@Component({
  selector: 'app-invoice-document',
  imports: [StatusChip, TotalsPanel],
  templateUrl: './invoice-document.html',
  styleUrl: './invoice-document.scss',
})
export class InvoiceDocument {
  readonly #language = inject(Language);

  readonly invoice = input.required<Invoice>();

  protected readonly t = this.#language.t;
  protected readonly formats = inject(Formats);
  protected readonly isDraft = computed(() => this.invoice().status === 'draft');
  protected readonly chip = computed(() => {
    const { status, dueDate, balanceMinor, totals } = this.invoice();
    return { status, dueDate, balanceMinor, grossMinor: totals.grossMinor };
  });
  protected readonly buyer = computed(() => this.#address(this.invoice().buyer));
  protected readonly seller = computed(() => {
    const { seller } = this.invoice();
    return seller?.name ? { name: seller.name, address: this.#address(seller) } : undefined;
  });
  protected readonly hasDiscount = computed(() =>
    this.invoice().lines.some(({ discountBp }) => discountBp > 0),
  );

  /** The lines below a name; the country only when it is not ours. */
  #address({ street, postalCode, city, country }: Address): string[] {
    const place = [postalCode, city].filter(Boolean).join(' ');
    const abroad = country === 'FR' ? '' : countryName(this.#language.code(), country);
    return [street, place, abroad].filter(Boolean);
  }
}
