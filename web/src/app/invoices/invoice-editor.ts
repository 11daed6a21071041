import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { FormField, submit } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Router, RouterLink } from '@angular/router';
import { Invoice, type InvoiceInput } from 'billing/invoice-contract';
import type { Customer } from 'customer/contract';
import { firstValueFrom } from 'rxjs';

import { CustomersApi } from '../customers/customers-api.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ConflictNotice } from '../ui/conflict-notice.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FocusInvalid } from '../ui/focus-invalid.ts';
import { Notice } from '../ui/notice.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { recordForm } from '../ui/record-form.ts';
import { RecordPage } from '../ui/record-page.ts';
import type { Unsaved } from '../ui/unsaved-guard.ts';
import { CustomerPicker } from './customer-picker.ts';
import { draftSchema } from './draft-schema.ts';
import { draftFor, draftOf, emptyLine, inputOf, withoutBlanks } from './draft.ts';
import { FinalizeDialog } from './finalize-dialog.ts';
import { InvoiceLines } from './invoice-lines.ts';
import { InvoicesApi } from './invoices-api.ts';
import { LineNote } from './line-note.ts';
import { shownDraft } from './shown-draft.ts';

/** Where a draft is written, saved and issued. */
@Component({
  selector: 'app-invoice-editor',
  imports: [
    ConflictNotice,
    CustomerPicker,
    EmptyState,
    FocusInvalid,
    FormField,
    InvoiceLines,
    LineNote,
    MatButton,
    MatSlideToggle,
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
  readonly #formats = inject(Formats);

  /** The route's; none for a new invoice. */
  readonly id = input<string>();
  /** The query's; whom a new invoice is for. */
  readonly customerId = input<string>();

  protected readonly t = inject(Language).t;
  protected readonly loaded = this.#api.one(this.id);
  protected readonly form = recordForm({
    loaded: this.loaded,
    record: Invoice,
    inputOf: draftOf,
    schema: draftSchema,
    create: (_, key) => this.#api.create(this.#input(), key),
    update: (invoice) => this.#api.update(invoice, this.#input()),
    shownOf: (draft) => shownDraft(draft, this.t(), this.#formats),
  });
  readonly hasUnsaved = this.form.hasUnsaved;
  /** Whether it was issued, here or by somebody else meanwhile. */
  protected readonly isLocked = computed(() => {
    const invoice = this.form.theirs() ?? this.form.record();
    return invoice !== undefined && invoice.status !== 'draft';
  });

  constructor() {
    effect(() => {
      const customerId = this.customerId();
      untracked(() => void this.#start(customerId));
    });
  }

  protected pickCustomer(customer: Customer): void {
    this.form.model.update((draft) => draftFor(draft, customer));
    this.form.fields().markAsDirty();
  }

  protected saveByKey(event: KeyboardEvent): void {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.save();
  }

  /** By the button that was pressed; Enter in a field saves. */
  protected async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { submitter } = event;
    const isFinal = submitter instanceof HTMLButtonElement && submitter.value === 'finalize';
    await (isFinal ? this.#finalize() : this.save());
  }

  protected async save(): Promise<void> {
    if (!(await this.#saved())) return;
    const invoice = this.form.record();
    this.#notice.done(this.t().invoices.draftSaved);
    if (invoice && !this.id()) await this.#open(invoice, 'edit');
  }

  /** Saves what was changed, asks, and issues. */
  async #finalize(): Promise<void> {
    if (this.form.fields().dirty() || !this.form.record()) {
      if (!(await this.#saved())) return;
    }
    const draft = this.form.record();
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
    // It may have been refused since somebody else changed the draft.
    else this.loaded.reload();
  }

  async #start(customerId: string | undefined): Promise<void> {
    if (customerId === undefined || this.id() !== undefined) return;
    try {
      this.pickCustomer(await this.#customers.find(customerId));
    } catch {
      // Whatever the reason, the customer can still be looked for in the field.
    }
  }

  /** What stands in no field, a problem or a conflict, leaves the form valid. */
  async #saved(): Promise<boolean> {
    const isSent = await submit(this.form.fields);
    this.#keepOneLine();
    return isSent && !this.form.problem() && !this.form.conflict();
  }

  /** Without the blank lines, here too, so that what is said of a line is said of the right one. */
  #input(): InvoiceInput {
    this.form.model.update(withoutBlanks);
    return inputOf(this.form.model());
  }

  #keepOneLine(): void {
    this.form.model.update((draft) =>
      draft.lines.length > 0 ? draft : { ...draft, lines: [emptyLine()] },
    );
  }

  async #open({ id }: Invoice, ...rest: string[]): Promise<void> {
    this.form.settle();
    await this.#router.navigate(['/invoices', id, ...rest], { replaceUrl: true });
  }
}
