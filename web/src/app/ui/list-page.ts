import { Component, input, type Resource } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { RouterLink } from '@angular/router';
import type { Page } from 'platform/paging';

import { EmptyState } from './empty-state.ts';
import type { IconName } from './icons.ts';
import { ListCard } from './list-card.ts';
import type { ListUrl } from './list-url.ts';
import { PageHeader } from './page-header.ts';
import { SearchField } from './search-field.ts';

/** What the page of a list says. */
type ListWords = Readonly<Record<'title' | 'add' | 'searchLabel' | 'empty' | 'emptyHint', string>>;

/** The page of a list: heading, search, filters (marked `filter`) and the table, its content. */
@Component({
  selector: 'app-list-page',
  imports: [EmptyState, ListCard, MatButton, MatIcon, PageHeader, RouterLink, SearchField],
  host: { class: 'page' },
  template: `
    <app-page-header [title]="words().title">
      <a matButton="filled" [routerLink]="addTo()">
        <mat-icon svgIcon="add" />
        {{ words().add }}
      </a>
    </app-page-header>
    <div class="toolbar" role="search">
      <app-search-field
        [label]="words().searchLabel"
        [value]="list().query().q"
        (search)="list().change({ q: $event }, { replace: true })"
      />
      <ng-content select="[filter]" />
    </div>
    <app-list-card [result]="result()" [page]="page()" [list]="list()">
      <ng-content />
      <app-empty-state empty [icon]="icon()" [title]="words().empty" [hint]="words().emptyHint">
        <a matButton="tonal" [routerLink]="addTo()">{{ words().add }}</a>
      </app-empty-state>
    </app-list-card>
  `,
})
export class ListPage {
  readonly words = input.required<ListWords>();
  readonly icon = input.required<IconName>();
  /** Where a record is added. */
  readonly addTo = input.required<string>();
  readonly list = input.required<ListUrl>();
  readonly result = input.required<Resource<unknown> & { reload(): boolean }>();
  readonly page = input.required<Page<unknown> | undefined>();
}
