import { Component, computed, input, type Resource } from '@angular/core';

import { problemOf } from '../api/problem-of.ts';
import { EmptyState } from './empty-state.ts';
import { ProblemBanner } from './problem-banner.ts';
import { Skeleton } from './skeleton.ts';

/**
 * A table that belongs to the record of a page, under its heading: loading, its rows, that there are
 * none, or a problem. The table is its content; what stands below it is marked `below`.
 */
@Component({
  selector: 'app-section-table',
  imports: [EmptyState, ProblemBanner, Skeleton],
  host: { class: 'section' },
  template: `
    <h2>{{ title() }}</h2>
    @if (rows(); as rows) {
      <div class="table-card">
        @if (rows.length > 0) {
          <ng-content />
        } @else {
          <app-empty-state [title]="empty()" />
        }
      </div>
      <ng-content select="[below]" />
    } @else if (problem() === undefined) {
      <app-skeleton class="card" [lines]="3" />
    }
    @if (problem(); as problem) {
      <app-problem-banner [problem]="problem" (retry)="result().reload()" />
    }
  `,
})
export class SectionTable {
  readonly title = input.required<string>();
  readonly result = input.required<Resource<unknown> & { reload(): boolean }>();
  /** What came last, kept while more is read; undefined until something did. */
  readonly rows = input.required<readonly unknown[] | undefined>();
  /** What is said where there are no rows. */
  readonly empty = input('');

  protected readonly problem = computed(() => {
    const error = this.result().error();
    return error && problemOf(error);
  });
}
