import { Component, input } from '@angular/core';
import { MatIconAnchor } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { RouterLink } from '@angular/router';

/** The heading of a page, the way back, and at its end the page's actions as content. */
@Component({
  selector: 'app-page-header',
  imports: [MatIcon, MatIconAnchor, RouterLink],
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem 0.75rem;
      min-height: 2.75rem;
    }

    .back {
      flex: none;
      margin-inline-start: -0.75rem;
    }

    h1 {
      flex: 1 1 10rem;
      min-width: 0;
      overflow-wrap: anywhere;
    }

    div:empty {
      display: none;
    }

    @media (max-width: 639.98px) {
      div {
        flex: 1 1 100%;
      }
    }
  `,
  template: `
    @if (backTo(); as path) {
      <a matIconButton class="back no-print" [routerLink]="path" [attr.aria-label]="backLabel()">
        <mat-icon svgIcon="arrow_back" />
      </a>
    }
    <h1 tabindex="-1">{{ title() }}</h1>
    <div class="no-print"><ng-content /></div>
  `,
})
export class PageHeader {
  readonly title = input.required<string>();
  readonly backTo = input<string>();
  readonly backLabel = input<string>();
}
