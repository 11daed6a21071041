import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

export type RankingRow = {
  readonly path: readonly string[];
  readonly name: string;
  readonly note: string;
  readonly sum: string;
};

/** Those at the top of something, with what each comes to. */
@Component({
  selector: 'app-ranking',
  imports: [RouterLink],
  styles: `
    :host {
      display: block;
    }

    ol {
      display: grid;
      margin: 0.25rem -0.5rem 0;
      padding: 0;
      list-style: none;
    }

    a {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 1rem;
      padding: 0.4375rem 0.5rem;
      border-radius: 6px;
      color: inherit;
      text-decoration: none;
    }

    a:hover {
      background: color-mix(in srgb, var(--mat-sys-on-surface) 6%, transparent);
    }

    .name {
      overflow-wrap: anywhere;
    }

    .note {
      grid-column: 1 / -1;
      color: var(--mat-sys-on-surface-variant);
      font-size: 0.8125rem;
      font-variant-numeric: tabular-nums;
    }
  `,
  template: `
    <h2 [id]="name()">{{ title() }}</h2>
    <ol [attr.aria-labelledby]="name()">
      @for (row of rows(); track row.path) {
        <li>
          <a [routerLink]="row.path">
            <span class="name">{{ row.name }}</span>
            <span class="number">{{ row.sum }}</span>
            <span class="note">{{ row.note }}</span>
          </a>
        </li>
      }
    </ol>
    @if (rows().length === 0) {
      <p class="muted">{{ empty() }}</p>
    }
  `,
})
export class Ranking {
  /** By which its heading is known on the page. */
  readonly name = input.required<string>();
  readonly title = input.required<string>();
  readonly rows = input.required<readonly RankingRow[]>();
  readonly empty = input.required<string>();
}
