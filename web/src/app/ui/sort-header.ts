import { Component, computed, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import type { ListUrl } from './list-url.ts';

/** A column heading that sorts: first ascending, then the other way round. */
@Component({
  // An attribute, since only a `th` may stand in the row.
  selector: 'th[appSortHeader]',
  imports: [MatIcon],
  host: { scope: 'col', '[attr.aria-sort]': 'direction()' },
  styles: `
    button {
      display: inline-flex;
      align-items: center;
      gap: 0.25rem;
      min-height: 1.75rem;
      padding: 0.125rem 0;
      border: 0;
      border-radius: 4px;
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;
    }

    button:hover {
      color: var(--mat-sys-on-surface);
    }

    :host([aria-sort]) button {
      color: var(--mat-sys-on-surface);
    }

    mat-icon {
      width: 1rem;
      height: 1rem;
    }

    .idle {
      opacity: 0.45;
    }
  `,
  template: `
    <button type="button" (click)="toggle()">
      <ng-content />
      <mat-icon [svgIcon]="icon()" [class.idle]="!direction()" />
    </button>
  `,
})
export class SortHeader {
  readonly field = input.required<string>({ alias: 'appSortHeader' });
  readonly list = input.required<ListUrl>();

  protected readonly direction = computed(() => {
    const { sort } = this.list().query();
    if (sort === this.field()) return 'ascending';
    return sort === `-${this.field()}` ? 'descending' : null;
  });
  protected readonly icon = computed(() => {
    const direction = this.direction();
    if (direction === null) return 'unfold_more';
    return direction === 'ascending' ? 'arrow_upward' : 'arrow_downward';
  });

  protected toggle(): void {
    const sort = this.direction() === 'ascending' ? `-${this.field()}` : this.field();
    this.list().change({ sort });
  }
}
