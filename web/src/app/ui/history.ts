import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { AuditEvent } from 'platform/audit';

import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ChangeList, type FieldNames } from './change-list.ts';
import type { Ledger } from './ledger.ts';
import { ProblemBanner } from './problem-banner.ts';
import { Skeleton } from './skeleton.ts';

/** Who did what to a record and when, newest first, each with what it changed. */
@Component({
  selector: 'app-history',
  imports: [ChangeList, MatButton, ProblemBanner, Skeleton],
  host: { class: 'section no-print' },
  styleUrl: './history.scss',
  template: `
    @let words = t().history;
    <h2 id="history">{{ words.title }}</h2>
    <div class="card">
      @if (events(); as events) {
        <ol aria-labelledby="history">
          @for (event of events; track $index) {
            <li>
              <p class="what">
                <span class="action">{{ actions()[event.action] ?? event.action }}</span>
                <span class="muted">
                  {{ formats.instant(event.at) }}
                  @if (event.who) {
                    · {{ event.who }}
                  }
                </span>
              </p>
              @if (event.changes.length > 0) {
                <app-change-list
                  [changes]="event.changes"
                  [names]="names()"
                  [currency]="currency()"
                />
              }
            </li>
          }
        </ol>
        @if (events.length === 0) {
          <p class="muted">{{ words.none }}</p>
        }
        @if (trail().hasMore()) {
          <button
            matButton
            type="button"
            [disabled]="trail().resource.isLoading()"
            (click)="trail().readMore()"
          >
            {{ words.more }}
          </button>
        }
      } @else if (problem() === undefined) {
        <app-skeleton [lines]="3" />
      }
      @if (problem(); as problem) {
        <app-problem-banner [problem]="problem" (retry)="trail().resource.reload()" />
      }
    </div>
  `,
})
export class History {
  readonly trail = input.required<Ledger<AuditEvent>>();
  /** What the fields of the record are called. */
  readonly names = input.required<FieldNames>();
  readonly currency = input('EUR');

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly actions = computed<Readonly<Record<string, string>>>(
    () => this.t().history.actions,
  );
  /** Fields without a name, or that were and are empty, say people nothing. */
  protected readonly events = computed(() =>
    this.trail()
      .items()
      ?.map((event) => ({
        ...event,
        changes: event.changes.filter(
          ({ field, before, after }) => field in this.names() && (before || after),
        ),
      })),
  );
  protected readonly problem = computed(() => {
    const error = this.trail().resource.error();
    return error && problemOf(error);
  });
}
