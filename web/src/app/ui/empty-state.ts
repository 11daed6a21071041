import { Component, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import type { IconName } from './icons.ts';

/** What stands where nothing is, with what can be done about it as content. */
@Component({
  selector: 'app-empty-state',
  imports: [MatIcon],
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 0.5rem;
      padding: 3rem 1.5rem;
      text-align: center;
    }

    mat-icon {
      width: 2.5rem;
      height: 2.5rem;
      color: var(--mat-sys-outline);
    }

    .title {
      font-weight: 500;
    }

    .content:not(:empty) {
      margin-top: 0.5rem;
    }
  `,
  template: `
    <mat-icon [svgIcon]="icon()" />
    <p class="title">{{ title() }}</p>
    @if (hint()) {
      <p class="muted">{{ hint() }}</p>
    }
    <div class="content"><ng-content /></div>
  `,
})
export class EmptyState {
  readonly icon = input<IconName>('inbox');
  readonly title = input.required<string>();
  readonly hint = input('');
}
