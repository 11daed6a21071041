import { Component, computed, inject, input } from '@angular/core';
import type { Invoice } from 'billing/contract';

import { countryName } from '../i18n/countries.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { StatusChip } from './status-chip.ts';
import { TotalsPanel } from './totals-panel.ts';

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
  protected readonly address = computed(() => {
    const { street, postalCode, city, country } = this.invoice().buyer;
    const place = [postalCode, city].filter(Boolean).join(' ');
    const abroad = country === 'FR' ? '' : countryName(this.#language.code(), country);
    return [street, place, abroad].filter(Boolean);
  });
  protected readonly hasDiscount = computed(() =>
    this.invoice().lines.some(({ discountBp }) => discountBp > 0),
  );
}
