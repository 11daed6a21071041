import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import type { Problem } from 'platform/contract';

import { problemKind, serviceAway } from '../api/problem-of.ts';
import { explain } from '../i18n/explain.ts';
import { Language } from '../i18n/language.ts';

/** Says what did not work where it did not work, and offers the way on. */
@Component({
  selector: 'app-problem-banner',
  imports: [MatButton, MatIcon],
  host: { role: 'alert' },
  styleUrl: './problem-banner.scss',
  template: `
    <mat-icon [svgIcon]="isAway() ? 'cloud_off' : 'error'" />
    <div class="text">
      <p>{{ text() }}</p>
      @if (isStale()) {
        <p>{{ t().problems.stale }}</p>
      } @else if (reference(); as id) {
        <p class="reference">{{ t().problems.requestId(id) }}</p>
      }
    </div>
    @if (canRetry()) {
      <button matButton type="button" (click)="retry.emit()">
        {{ isStale() ? t().reload : t().retry }}
      </button>
    }
  `,
})
export class ProblemBanner {
  readonly problem = input.required<Problem>();
  /** Whether trying again, or reloading what is stale, is possible here. */
  readonly canRetry = input(true);
  readonly retry = output();

  protected readonly t = inject(Language).t;
  protected readonly text = computed(() => explain(this.problem(), this.t()));
  protected readonly isStale = computed(
    () => problemKind(this.problem()) === 'precondition-failed',
  );
  /** By which our own errors are found in the log. */
  protected readonly reference = computed(() => {
    const { status, requestId } = this.problem();
    return status === 500 ? requestId : undefined;
  });
  protected readonly isAway = computed(() => serviceAway(this.problem()) !== undefined);
}
