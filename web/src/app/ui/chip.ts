import { Component, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import type { IconName } from './icons.ts';

export type ChipTone = 'good' | 'info' | 'warn' | 'bad' | 'muted';

/** A state in a word, with an icon and a colour that only underline it. */
@Component({
  selector: 'app-chip',
  imports: [MatIcon],
  host: { '[class]': 'tone()' },
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.3125rem;
      padding: 0.125rem 0.5rem 0.125rem 0.375rem;
      border-radius: 6px;
      font-size: 0.8125rem;
      font-weight: 500;
      line-height: 1.25rem;
      white-space: nowrap;
    }

    mat-icon {
      width: 1rem;
      height: 1rem;
    }

    :host(.good) {
      background: var(--app-good-bg);
      color: var(--app-good);
    }

    :host(.info) {
      background: var(--app-info-bg);
      color: var(--app-info);
    }

    :host(.warn) {
      background: var(--app-warn-bg);
      color: var(--app-warn);
    }

    :host(.bad) {
      background: var(--app-bad-bg);
      color: var(--app-bad);
    }

    :host(.muted) {
      background: var(--app-muted-bg);
      color: var(--app-muted);
    }
  `,
  template: `<mat-icon [svgIcon]="icon()" /><span><ng-content /></span>`,
})
export class Chip {
  readonly tone = input.required<ChipTone>();
  readonly icon = input.required<IconName>();
}
