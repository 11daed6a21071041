import { Component, computed, effect, inject, input } from '@angular/core';
import type { CreditNote } from 'billing/credit-contract';
import type { Invoice } from 'billing/invoice-contract';
import type { Seller } from 'billing/settings-contract';

import { addressLines } from '../i18n/address-lines.ts';
import { DOCUMENT_LANGUAGE, ownLanguage } from '../i18n/document-language.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { DocumentLines } from './document-lines.ts';
import { StatusChip } from './status-chip.ts';
import { TotalsPanel } from './totals-panel.ts';

/** The sheet of an invoice or a credit note, as it is read and printed. */
@Component({
  selector: 'app-document-sheet',
  imports: [DocumentLines, StatusChip, TotalsPanel],
  providers: [DOCUMENT_LANGUAGE],
  templateUrl: './document-sheet.html',
  styleUrl: './document-sheet.scss',
})
export class DocumentSheet {
  readonly #language = inject(Language);

  readonly document = input.required<Invoice | CreditNote>();

  protected readonly t = this.#language.t;
  protected readonly formats = inject(Formats);
  protected readonly invoice = computed(() => {
    const document = this.document();
    return 'status' in document ? document : undefined;
  });
  protected readonly note = computed(() => {
    const document = this.document();
    return 'status' in document ? undefined : document;
  });
  protected readonly isDraft = computed(() => this.invoice()?.status === 'draft');
  protected readonly kind = computed(() => {
    const { invoices } = this.t();
    if (this.note()) return invoices.creditNote;
    return this.isDraft() ? invoices.draftTitle : invoices.one;
  });
  protected readonly chip = computed(() => {
    const invoice = this.invoice();
    return invoice && { ...invoice, grossMinor: invoice.totals.grossMinor };
  });
  protected readonly buyer = computed(() =>
    addressLines(this.document().buyer, this.#language.code()),
  );
  protected readonly seller = computed(() => {
    const { seller } = this.document();
    return seller?.name ? { ...seller, lines: this.#linesOf(seller) } : undefined;
  });

  constructor() {
    const own = ownLanguage();
    effect(() => own.set(this.document().language));
  }

  /** What the law wants said of the seller (Code de commerce R123-237, CGI 242 nonies A). */
  #linesOf(seller: Seller): string[] {
    const { capital, legalForm, siren, rcs, vatNumber, email, phone } = seller;
    const { customers, invoices } = this.t();
    const form = [legalForm, capital && invoices.capitalOf(capital)].filter(Boolean).join(' ');
    return [
      form,
      ...addressLines(seller, this.#language.code()),
      siren && `${customers.siren} ${siren}${rcs && ` · RCS ${rcs}`}`,
      vatNumber && `${customers.vatNumber} ${vatNumber}`,
      [phone, email].filter(Boolean).join(' · '),
    ].filter(Boolean);
  }
}
