import { type ComponentType } from '@angular/cdk/portal';
import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatIcon } from '@angular/material/icon';
import { Router, RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';
import { firstValueFrom } from 'rxjs';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { doing } from '../ui/doing.ts';
import { History } from '../ui/history.ts';
import { Notice } from '../ui/notice.ts';
import { type RecordAction, RecordMenu } from '../ui/record-menu.ts';
import { RecordPage } from '../ui/record-page.ts';
import { CreditDialog } from './credit-dialog.ts';
import { CreditNoteList } from './credit-note-list.ts';
import { DocumentSheet } from './document-sheet.ts';
import { FinalizeDialog } from './finalize-dialog.ts';
import { InvoicesApi } from './invoices-api.ts';
import { canBe } from './next-steps.ts';
import { PaymentDialog } from './payment-dialog.ts';
import { PaymentList } from './payment-list.ts';
import { VoidDialog } from './void-dialog.ts';

/** An invoice as a document, what can be done with it, and what was. */
@Component({
  selector: 'app-invoice-page',
  imports: [
    CreditNoteList,
    DocumentSheet,
    History,
    MatButton,
    MatIcon,
    PaymentList,
    RecordMenu,
    RecordPage,
    RouterLink,
  ],
  templateUrl: './invoice-page.html',
})
export class InvoicePage {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject(MatDialog);
  readonly #notice = inject(Notice);
  readonly #router = inject(Router);
  readonly #formats = inject(Formats);

  readonly id = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly invoice = linkedSignal(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly trail = this.#api.history(this.invoice);
  protected readonly doing = doing();
  protected readonly canBe = canBe;
  protected readonly title = computed(() => {
    const { invoices } = this.t();
    const invoice = this.invoice();
    if (invoice === undefined) return invoices.one;
    return invoice.number === null ? invoices.draftTitle : invoices.numbered(invoice.number);
  });
  protected readonly actions = computed<RecordAction[]>(() => {
    const invoice = this.invoice();
    return invoice ? this.#actionsFor(invoice) : [];
  });

  protected print(): void {
    window.print();
  }

  protected async finalize(draft: Invoice): Promise<void> {
    const issued = await this.#ask<Invoice>(FinalizeDialog, draft);
    if (issued) this.#notice.done(this.t().invoices.finalized(issued.number ?? ''));
  }

  protected async pay(invoice: Invoice): Promise<void> {
    const paid = await this.#ask<Invoice>(PaymentDialog, invoice);
    if (!paid) return;
    const amount = this.#formats.money(paid.paidMinor - invoice.paidMinor, paid.currency);
    this.#notice.done(this.t().invoices.payRecorded(amount));
  }

  #actionsFor(invoice: Invoice): RecordAction[] {
    const words = this.t().invoices;
    const possible: (RecordAction & { readonly isPossible: boolean })[] = [
      {
        isPossible: canBe.credited(invoice),
        icon: 'undo',
        label: words.credit,
        run: () => this.#credit(invoice),
      },
      {
        isPossible: canBe.writtenOff(invoice),
        icon: 'money_off',
        label: words.writeOff,
        isDangerous: true,
        run: () => this.#writeOff(invoice),
      },
      {
        isPossible: canBe.voided(invoice),
        icon: 'block',
        label: words.void,
        isDangerous: true,
        run: () => this.#void(invoice),
      },
      {
        isPossible: invoice.status === 'draft',
        icon: 'delete',
        label: this.t().delete,
        isDangerous: true,
        run: () => this.#remove(invoice),
      },
    ];
    return possible.filter(({ isPossible }) => isPossible);
  }

  async #credit(invoice: Invoice): Promise<void> {
    const note = await this.#ask<{ number: string }>(CreditDialog, invoice);
    if (note) this.#notice.done(this.t().invoices.creditMade(note.number));
  }

  async #void(invoice: Invoice): Promise<void> {
    const voided = await this.#ask<Invoice>(VoidDialog, invoice);
    if (voided) this.#notice.done(this.t().invoices.voided(voided.number ?? ''));
  }

  async #writeOff(invoice: Invoice): Promise<void> {
    const { invoices: words } = this.t();
    await this.doing.run({
      ask: {
        title: words.writeOffTitle(invoice.number ?? ''),
        text: words.writeOffText,
        confirm: words.writeOff,
      },
      work: async () => this.invoice.set(await this.#api.writeOff(invoice)),
      done: words.writtenOff,
    });
  }

  async #remove(draft: Invoice): Promise<void> {
    const { invoices, delete: confirm } = this.t();
    const isDone = await this.doing.run({
      ask: { title: invoices.deleteTitle, text: invoices.deleteText, confirm },
      work: () => this.#api.remove(draft),
      done: invoices.deleted,
    });
    if (isDone) await this.#router.navigateByUrl('/invoices');
  }

  /** What a dialog about the invoice came to; whatever it was, the invoice is read again. */
  async #ask<R>(dialog: ComponentType<unknown>, invoice: Invoice): Promise<R | undefined> {
    const opened = this.#dialog.open<unknown, Invoice, R>(dialog, {
      data: invoice,
      width: '36rem',
      maxWidth: 'calc(100vw - 2rem)',
    });
    const result = await firstValueFrom(opened.afterClosed());
    this.loaded.reload();
    return result;
  }
}
