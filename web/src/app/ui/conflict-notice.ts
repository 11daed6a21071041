import { Component, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';

import { Language } from '../i18n/language.ts';
import { ChangeList, type FieldNames } from './change-list.ts';
import type { Change } from './changes.ts';

/** Says what somebody else changed while a form was filled in, and asks what shall be. */
@Component({
  selector: 'app-conflict-notice',
  imports: [ChangeList, MatButton, MatIcon],
  host: { role: 'alert' },
  styles: `
    :host {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: 0.75rem;
      padding: 1rem;
      border-radius: var(--app-radius);
      background: var(--app-warn-bg);
    }

    mat-icon,
    .title {
      color: var(--app-warn);
    }

    .title {
      font-weight: 500;
    }

    .text {
      display: grid;
      gap: 0.75rem;
    }
  `,
  template: `
    @let words = t().conflict;
    <mat-icon svgIcon="warning" />
    <div class="text">
      <p class="title">{{ words.title }}</p>
      <app-change-list [changes]="changes()" [names]="names()" />
      <div class="actions">
        <button matButton="outlined" type="button" (click)="takeTheirs.emit()">
          {{ words.takeTheirs }}
        </button>
        <button matButton="filled" type="button" (click)="keepMine.emit()">
          {{ words.keepMine }}
        </button>
      </div>
    </div>
  `,
})
export class ConflictNotice {
  readonly changes = input.required<readonly Change[]>();
  readonly names = input.required<FieldNames>();
  readonly takeTheirs = output();
  readonly keepMine = output();

  protected readonly t = inject(Language).t;
}
