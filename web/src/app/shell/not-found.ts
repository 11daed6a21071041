import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { PageHeader } from '../ui/page-header.ts';

@Component({
  selector: 'app-not-found',
  imports: [EmptyState, MatButton, PageHeader, RouterLink],
  template: `
    <div class="page">
      <app-page-header [title]="t().notFound.title" />
      <app-empty-state icon="explore_off" [title]="t().notFound.text">
        <a matButton="filled" routerLink="/">{{ t().notFound.home }}</a>
      </app-empty-state>
    </div>
  `,
})
export class NotFound {
  protected readonly t = inject(Language).t;
}
