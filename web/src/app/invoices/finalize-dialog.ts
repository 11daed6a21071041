import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import type { Invoice } from 'billing/invoice-contract';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { InvoicesApi } from './invoices-api.ts';
import { refusalsOf } from './refusals.ts';

/** Says what becomes permanent, issues the draft, and closes with the invoice that it became. */
@Component({
  selector: 'app-finalize-dialog',
  imports: [
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ProblemBanner,
    RouterLink,
  ],
  styles: `
    ul {
      margin: 0.25rem 0 1rem;
      padding-inline-start: 1.25rem;
    }

    .refusals {
      display: grid;
      gap: 0.5rem;
    }

    .sum {
      color: var(--mat-sys-on-surface);
      font-weight: 600;
    }

    app-problem-banner {
      margin-bottom: 1rem;
    }
  `,
  template: `
    @let words = t().invoices;
    <h2 matDialogTitle>{{ words.finalizeTitle }}</h2>
    <mat-dialog-content>
      @if (problem(); as problem) {
        <app-problem-banner [problem]="problem" [canRetry]="false" />
        <ul class="refusals">
          @for (refusal of refusals(); track refusal.text) {
            <li>
              {{ refusal.text }}
              @for (line of refusal.lines; track line) {
                <br />{{ line }}
              }
              @if (refusal.mend; as mend) {
                <br /><a target="_blank" [routerLink]="mend.url">{{ mend.label }}</a>
              }
            </li>
          }
        </ul>
      }
      <p>{{ words.finalizeText }}</p>
      <ul>
        @for (point of words.finalizePoints; track point) {
          <li>{{ point }}</li>
        }
      </ul>
      <p class="sum">
        {{
          words.finalizeTotal(
            formats.money(invoice.totals.grossMinor, invoice.currency),
            invoice.buyer.name
          )
        }}
      </p>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton matDialogClose>{{ t().cancel }}</button>
      <button matButton="filled" [disabled]="sending()" (click)="finalize()">
        {{ words.finalize }}
      </button>
    </mat-dialog-actions>
  `,
})
export class FinalizeDialog {
  readonly #api = inject(InvoicesApi);
  readonly #dialog = inject<MatDialogRef<FinalizeDialog, Invoice>>(MatDialogRef);

  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly sending = signal(false);
  protected readonly problem = signal<Problem | undefined>(undefined);
  /** Mended in a window of its own, the invoice can be issued here at once. */
  protected readonly refusals = computed(() =>
    refusalsOf(this.problem()?.errors ?? [], this.invoice, this.t()),
  );

  protected async finalize(): Promise<void> {
    this.sending.set(true);
    this.problem.set(undefined);
    try {
      this.#dialog.close(await this.#api.finalize(this.invoice));
    } catch (error) {
      this.problem.set(problemOf(error));
      this.sending.set(false);
    }
  }
}
