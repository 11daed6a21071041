import { Component, computed, effect, inject, input, type Resource } from '@angular/core';

import { problemOf } from '../api/problem-of.ts';
import { PageTitle } from '../shell/page-title.ts';
import type { Doing } from './doing.ts';
import { EmptyState } from './empty-state.ts';
import type { IconName } from './icons.ts';
import { PageHeader } from './page-header.ts';
import { ProblemBanner } from './problem-banner.ts';
import { Skeleton } from './skeleton.ts';

/**
 * The frame of one record: its name, the way back and its actions (marked `actions`), then its
 * content, or that it is loading, is gone, or could not be had.
 */
@Component({
  selector: 'app-record-page',
  imports: [EmptyState, PageHeader, ProblemBanner, Skeleton],
  host: { class: 'page' },
  template: `
    <app-page-header [title]="title()" [backTo]="backTo()" [backLabel]="backLabel()">
      <ng-content select="[actions]" />
    </app-page-header>
    @if (doing()?.problem(); as problem) {
      <app-problem-banner
        [problem]="problem"
        [canRetry]="problem.status === 412"
        (retry)="reload()"
      />
    }
    @if (loadProblem(); as problem) {
      @if (problem.status === 404) {
        <app-empty-state class="card" [icon]="icon()" [title]="gone()" />
      } @else {
        <app-problem-banner [problem]="problem" (retry)="loaded().reload()" />
      }
    } @else if (isLoading()) {
      <app-skeleton class="card" [lines]="8" />
    } @else {
      <ng-content />
    }
  `,
})
export class RecordPage {
  readonly title = input.required<string>();
  readonly backTo = input<string>();
  readonly backLabel = input<string>();
  /** What the record is read by; idle for a new one. */
  readonly loaded = input.required<Resource<unknown> & { reload(): boolean }>();
  readonly icon = input.required<IconName>();
  /** What is said when there is no such record. */
  readonly gone = input('');
  /** What is done to the record on its page. */
  readonly doing = input<Doing>();

  protected readonly loadProblem = computed(() => {
    const error = this.loaded().error();
    return error && problemOf(error);
  });
  protected readonly isLoading = computed(
    () => this.loaded().isLoading() && !this.loaded().hasValue(),
  );

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.name(this.title()));
  }

  protected reload(): void {
    this.doing()?.forget();
    this.loaded().reload();
  }
}
