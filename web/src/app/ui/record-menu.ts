import { Component, inject, input } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';

import { Language } from '../i18n/language.ts';
import type { IconName } from './icons.ts';

export type RecordAction = {
  readonly icon: IconName;
  readonly label: string;
  readonly isDangerous?: boolean;
  readonly run: () => unknown;
};

/** What is rarely done with a record, behind three dots. */
@Component({
  selector: 'app-record-menu',
  imports: [MatIcon, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger],
  template: `
    <button
      matIconButton
      type="button"
      [matMenuTriggerFor]="menu"
      [attr.aria-label]="t().moreActions"
    >
      <mat-icon svgIcon="more_vert" />
    </button>
    <mat-menu #menu="matMenu">
      @for (action of actions(); track action.label) {
        <button
          mat-menu-item
          type="button"
          [class.danger-item]="action.isDangerous"
          (click)="action.run()"
        >
          <mat-icon [svgIcon]="action.icon" />
          <span>{{ action.label }}</span>
        </button>
      }
    </mat-menu>
  `,
})
export class RecordMenu {
  readonly actions = input.required<readonly RecordAction[]>();

  protected readonly t = inject(Language).t;
}
