import { Component, computed, effect, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatIcon } from '@angular/material/icon';
import { Router, RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';
import type { Problem } from 'platform/contract';
import { firstValueFrom, type Observable } from 'rxjs';

import { loadProblem } from '../api/load-problem.ts';
import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { PageTitle } from '../shell/page-title.ts';
import { confirmed } from '../ui/confirm-dialog.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Notice } from '../ui/notice.ts';
import { PageHeader } from '../ui/page-header.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { FinalizeDialog } from './finalize-dialog.ts';
import { InvoiceDocument } from './invoice-document.ts';
import { InvoicesApi } from './invoices-api.ts';
import { PaymentDialog } from './payment-dialog.ts';
import { PaymentList } from './payment-list.ts';
import { VoidDialog } from './void-dialog.ts';

/** An invoice as a document, and what can be done with it. */
@Component({
  selector: 'app-invoice-page',
  imports: [
    EmptyState,
    InvoiceDocument,
    MatButton,
    MatIcon,
    PageHeader,
    PaymentList,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './invoice-page.html',
})
export class InvoicePage {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject(MatDialog);
  readonly #notice = inject(Notice);
  readonly #router = inject(Router);

  readonly id = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly loaded = this.#api.one(this.id);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly loadProblem = loadProblem(this.loaded);
  protected readonly invoice = linkedSignal(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly title = computed(() => {
    const { invoices } = this.t();
    const invoice = this.invoice();
    if (invoice === undefined) return invoices.one;
    return invoice.number === null ? invoices.draftTitle : invoices.numbered(invoice.number);
  });

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.name(this.title()));
  }

  protected print(): void {
    window.print();
  }

  protected reload(): void {
    this.problem.set(undefined);
    this.loaded.reload();
  }

  protected async finalize(draft: Invoice): Promise<void> {
    const dialog = this.#dialog.open<FinalizeDialog, Invoice, Invoice>(FinalizeDialog, {
      data: draft,
      maxWidth: 'min(32rem, calc(100vw - 2rem))',
    });
    const issued = await this.#show(dialog.afterClosed());
    if (issued) this.#notice.done(this.t().invoices.finalized(issued.number ?? ''));
  }

  protected async pay(invoice: Invoice): Promise<void> {
    const dialog = this.#dialog.open<PaymentDialog, Invoice, Invoice>(PaymentDialog, {
      data: invoice,
      width: '32rem',
    });
    const paid = await this.#show(dialog.afterClosed());
    if (!paid) return;
    const amount = this.formats.money(paid.paidMinor - invoice.paidMinor, paid.currency);
    this.#notice.done(this.t().invoices.payRecorded(amount));
  }

  protected async makeVoid(invoice: Invoice): Promise<void> {
    const dialog = this.#dialog.open<VoidDialog, Invoice, Invoice>(VoidDialog, {
      data: invoice,
      width: '32rem',
    });
    const voided = await this.#show(dialog.afterClosed());
    if (voided) this.#notice.done(this.t().invoices.voided(voided.number ?? ''));
  }

  protected async remove(draft: Invoice): Promise<void> {
    const { invoices, delete: confirm } = this.t();
    const question = { title: invoices.deleteTitle, text: invoices.deleteText, confirm };
    if (!(await confirmed(this.#dialog, question))) return;
    try {
      await this.#api.remove(draft);
      this.#notice.done(invoices.deleted);
      await this.#router.navigateByUrl('/invoices');
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  /** Shows what a dialog made of the invoice; if it made nothing, somebody else may have. */
  async #show(closed: Observable<Invoice | undefined>): Promise<Invoice | undefined> {
    const changed = await firstValueFrom(closed);
    if (changed) this.invoice.set(changed);
    else this.loaded.reload();
    return changed;
  }
}
