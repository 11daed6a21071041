import { Component, computed, input, type Resource } from '@angular/core';
import type { Page } from 'platform/paging';

import { problemOf } from '../api/problem-of.ts';
import { EmptyState } from './empty-state.ts';
import { PAGE_SIZES } from './list-query.ts';
import type { ListState } from './list-state.ts';
import { Pager } from './pager.ts';
import { ProblemBanner } from './problem-banner.ts';
import { Skeleton } from './skeleton.ts';

/** Fewer rows than that always are one page. */
const LEAST = Math.min(...PAGE_SIZES);

/**
 * A table that belongs to the record of a page, under its heading: loading, its rows, that there are
 * none, or a problem. The table is its content; what stands below it is marked `below`.
 */
@Component({
  selector: 'app-section-table',
  imports: [EmptyState, Pager, ProblemBanner, Skeleton],
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
        @if (pages(); as pages) {
          <app-pager [page]="pages.page" [list]="pages.list" />
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
  /** Where the rows are one page of more. */
  readonly page = input<Page<unknown>>();
  readonly list = input<ListState>();

  protected readonly pages = computed(() => {
    const [page, list] = [this.page(), this.list()];
    return page && list && page.total > LEAST ? { page, list } : undefined;
  });

  protected readonly problem = computed(() => {
    const error = this.result().error();
    return error && problemOf(error);
  });
}
