import { booleanAttribute, Component, inject, input } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import {
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';

import { Language } from '../i18n/language.ts';
import { FocusInvalid } from './focus-invalid.ts';
import { ProblemBanner } from './problem-banner.ts';
import type { SentForm } from './sent-form.ts';

/** The frame of a dialog that asks for something and sends it; the fields are its content. */
@Component({
  selector: 'app-form-dialog',
  imports: [
    FocusInvalid,
    FormRoot,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ProblemBanner,
  ],
  template: `
    <form appFocusInvalid [formRoot]="form().fields">
      <h2 matDialogTitle>{{ title() }}</h2>
      <mat-dialog-content>
        <div class="form-stack">
          @if (form().problem(); as problem) {
            <app-problem-banner [problem]="problem" [canRetry]="false" />
          }
          <ng-content />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>{{ cancel() || t().cancel }}</button>
        <button
          matButton="filled"
          type="submit"
          [class.danger]="isDangerous()"
          [disabled]="form().fields().submitting()"
        >
          {{ submit() || t().save }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
})
export class FormDialog {
  readonly title = input.required<string>();
  readonly form = input.required<SentForm<unknown>>();
  readonly submit = input('');
  readonly cancel = input('');
  /** Whether what is sent cannot be undone. */
  readonly isDangerous = input(false, { transform: booleanAttribute });

  protected readonly t = inject(Language).t;
}
