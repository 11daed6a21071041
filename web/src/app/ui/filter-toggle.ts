import { Component, computed, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import type { ListUrl } from './list-url.ts';

/** Switches a filter that is on or off; what it is called is its content. */
@Component({
  selector: 'app-filter-toggle',
  imports: [MatIcon],
  styles: `
    button {
      display: inline-flex;
      align-items: center;
      gap: 0.375rem;
      min-height: 2.25rem;
      padding: 0 0.875rem;
      border: 1px solid var(--mat-sys-outline);
      border-radius: 8px;
      background: var(--app-card);
      color: var(--mat-sys-on-surface-variant);
      font: inherit;
      font-size: 0.875rem;
      font-weight: 500;
      cursor: pointer;
    }

    button:hover {
      border-color: var(--mat-sys-on-surface);
    }

    [aria-pressed='true'] {
      border-color: transparent;
      background: var(--mat-sys-secondary-container);
      color: var(--mat-sys-on-secondary-container);
    }

    mat-icon {
      width: 1.125rem;
      height: 1.125rem;
      margin-inline-start: -0.25rem;
    }
  `,
  template: `
    <button type="button" [attr.aria-pressed]="isOn()" (click)="toggle()">
      @if (isOn()) {
        <mat-icon svgIcon="check" />
      }
      <ng-content />
    </button>
  `,
})
export class FilterToggle {
  /** Of the query parameter, which is `true` or missing. */
  readonly name = input.required<string>();
  readonly list = input.required<ListUrl>();

  protected readonly isOn = computed(() => this.list().query().filters[this.name()] === 'true');

  protected toggle(): void {
    this.list().change({ [this.name()]: this.isOn() ? '' : 'true' });
  }
}
