import { Component, inject, input, type Resource } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Language } from '../i18n/language.ts';
import type { FieldNames } from './change-list.ts';
import { ConflictNotice } from './conflict-notice.ts';
import { FocusInvalid } from './focus-invalid.ts';
import type { IconName } from './icons.ts';
import { ProblemBanner } from './problem-banner.ts';
import type { Conflicting } from './record-form.ts';
import { RecordPage } from './record-page.ts';
import type { SentForm } from './sent-form.ts';

/**
 * The page on which a record is filled in: the fields, in cards, are its content; what stands below
 * the form is marked `below`.
 */
@Component({
  selector: 'app-form-page',
  imports: [
    ConflictNotice,
    FocusInvalid,
    FormRoot,
    MatButton,
    ProblemBanner,
    RecordPage,
    RouterLink,
  ],
  styles: ':host { display: contents; }',
  template: `
    <app-record-page
      class="page-narrow"
      [title]="title()"
      [backTo]="backTo()"
      [backLabel]="t().back"
      [loaded]="loaded()"
      [icon]="icon()"
      [gone]="gone()"
    >
      @if (form().problem(); as problem) {
        <app-problem-banner [problem]="problem" [canRetry]="false" />
      }
      <form class="form-stack" appFocusInvalid [formRoot]="form().fields">
        <ng-content />
        @if (form().conflict(); as changes) {
          <app-conflict-notice
            [changes]="changes"
            [names]="names()"
            (takeTheirs)="form().takeTheirs()"
            (keepMine)="form().keepMine()"
          />
        }
        <div class="actions">
          @if (backTo(); as path) {
            <a matButton [routerLink]="path">{{ t().cancel }}</a>
          }
          <button matButton="filled" type="submit" [disabled]="form().fields().submitting()">
            {{ form().fields().submitting() ? t().saving : t().save }}
          </button>
        </div>
      </form>
      <ng-content select="[below]" />
    </app-record-page>
  `,
})
export class FormPage {
  readonly title = input.required<string>();
  readonly backTo = input<string>();
  readonly loaded = input.required<Resource<unknown> & { reload(): boolean }>();
  readonly icon = input.required<IconName>();
  readonly gone = input('');
  readonly form = input.required<SentForm<unknown> & Conflicting>();
  /** What the fields are called where a conflict names them. */
  readonly names = input.required<FieldNames>();

  protected readonly t = inject(Language).t;
}
