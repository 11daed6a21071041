import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  type MatDialog,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { Language } from '../i18n/language.ts';

export type Question = {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel?: string;
};

/** Asks before something that cannot be undone. */
@Component({
  selector: 'app-confirm-dialog',
  imports: [MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 matDialogTitle>{{ question.title }}</h2>
    <mat-dialog-content>{{ question.text }}</mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton [matDialogClose]="false">{{ question.cancel ?? t().cancel }}</button>
      <button matButton="filled" class="danger" [matDialogClose]="true">
        {{ question.confirm }}
      </button>
    </mat-dialog-actions>
  `,
})
class ConfirmDialog {
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
  protected readonly t = inject(Language).t;
}

/** Whether the person said yes. */
export async function confirmed(dialog: MatDialog, question: Question): Promise<boolean> {
  const opened = dialog.open<ConfirmDialog, Question, boolean>(ConfirmDialog, {
    data: question,
    maxWidth: 'min(30rem, calc(100vw - 2rem))',
    role: 'alertdialog',
  });
  return (await firstValueFrom(opened.afterClosed())) === true;
}
