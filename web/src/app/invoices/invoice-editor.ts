import { Component, computed, effect, inject, input, linkedSignal, signal } from '@angular/core';
import { FormField, submit } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';
import type { Customer } from 'customer/contract';
import type { Problem } from 'platform/contract';
import { firstValueFrom } from 'rxjs';

import { draftKey } from '../api/draft-key.ts';
import { problemOf } from '../api/problem-of.ts';
import { CustomersApi } from '../customers/customers-api.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { Notice } from '../ui/notice.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { RecordPage } from '../ui/record-page.ts';
import { placeErrors } from '../ui/server-errors.ts';
import { type Unsaved, warnBeforeClosing } from '../ui/unsaved-guard.ts';
import { CustomerPicker } from './customer-picker.ts';
import { draftForm } from './draft-form.ts';
import { draftFor, draftOf, emptyLine, inputOf, withoutBlanks } from './draft.ts';
import { FinalizeDialog } from './finalize-dialog.ts';
import { InvoiceLines } from './invoice-lines.ts';
import { InvoicesApi } from './invoices-api.ts';
import { LineNote } from './line-note.ts';

/** Where a draft is written, saved and issued. */
@Component({
  selector: 'app-invoice-editor',
  imports: [
    CustomerPicker,
    EmptyState,
    FocusInvalid,
    FormField,
    InvoiceLines,
    LineNote,
    MatButton,
    ProblemBanner,
    RecordPage,
    RouterLink,
  ],
  host: { '(window:keydown)': 'saveByKey($event)' },
  templateUrl: './invoice-editor.html',
  styleUrl: './invoice-editor.scss',
})
export class InvoiceEditor implements Unsaved {
  readonly #api = inject(InvoicesApi);
  readonly #customers = inject(CustomersApi);
  readonly #router = inject(Router);
  readonly #dialog = inject(MatDialog);
  readonly #notice = inject(Notice);
  readonly #draftKey = draftKey();

  /** The route's; none for a new invoice. */
  readonly id = input<string>();
  /** The query's; whom a new invoice is for. */
  readonly customerId = input<string>();

  protected readonly t = inject(Language).t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly problem = signal<Problem | undefined>(undefined);
  /** The draft as the server last gave it. */
  protected readonly invoice = linkedSignal(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly model = linkedSignal(() => draftOf(this.invoice()));
  protected readonly form = draftForm(this.model, { submission: { action: () => this.#save() } });
  protected readonly isLocked = computed(() => (this.invoice()?.status ?? 'draft') !== 'draft');

  constructor() {
    warnBeforeClosing(this);
    effect(() => void this.#start(this.customerId()));
  }

  hasUnsaved(): boolean {
    return this.form().dirty() && !this.form().submitting();
  }

  protected pickCustomer(customer: Customer): void {
    this.model.update((draft) => draftFor(draft, customer));
    this.form().markAsDirty();
  }

  protected reload(): void {
    this.problem.set(undefined);
    this.form().reset();
    this.loaded.reload();
  }

  protected saveByKey(event: KeyboardEvent): void {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.save();
  }

  protected async save(event?: Event): Promise<void> {
    event?.preventDefault();
    if (!(await this.#saved())) return;
    const invoice = this.invoice();
    this.#notice.done(this.t().invoices.draftSaved);
    if (invoice && !this.id()) await this.#open(invoice, 'edit');
  }

  /** Saves what was changed, asks, and issues. */
  protected async finalize(): Promise<void> {
    if (this.form().dirty() || !this.invoice()) {
      if (!(await this.#saved())) return;
    }
    const draft = this.invoice();
    if (!draft) return;
    if (draft.lines.length === 0) {
      this.#notice.say(this.t().invoices.linesRequired);
      return;
    }
    const dialog = this.#dialog.open<FinalizeDialog, Invoice, Invoice>(FinalizeDialog, {
      data: draft,
      maxWidth: 'min(32rem, calc(100vw - 2rem))',
    });
    const issued = await firstValueFrom(dialog.afterClosed());
    if (issued) this.#notice.done(this.t().invoices.finalized(issued.number ?? ''));
    if (issued) await this.#open(issued);
    else if (!this.id()) await this.#open(draft, 'edit');
  }

  async #start(customerId: string | undefined): Promise<void> {
    if (customerId === undefined || this.id() !== undefined) return;
    try {
      this.pickCustomer(await this.#customers.find(customerId));
    } catch {
      // Whatever the reason, the customer can still be looked for in the field.
    }
  }

  /** A problem that belongs to no field leaves the form valid, so that it can be sent again. */
  async #saved(): Promise<boolean> {
    return (await submit(this.form)) && this.problem() === undefined;
  }

  async #save() {
    this.model.update(withoutBlanks);
    const known = this.invoice();
    const body = inputOf(this.model());
    this.problem.set(undefined);
    try {
      this.invoice.set(
        known ? await this.#api.update(known, body) : await this.#api.create(body, this.#draftKey),
      );
      this.form().reset();
      return undefined;
    } catch (error) {
      const placed = placeErrors(problemOf(error), this.form, this.t());
      this.problem.set(placed.rest);
      return placed.errors;
    } finally {
      this.#keepOneLine();
    }
  }

  #keepOneLine(): void {
    this.model.update((draft) =>
      draft.lines.length > 0 ? draft : { ...draft, lines: [emptyLine()] },
    );
  }

  async #open({ id }: Invoice, ...rest: string[]): Promise<void> {
    this.form().reset();
    await this.#router.navigate(['/invoices', id, ...rest], { replaceUrl: true });
  }
}
