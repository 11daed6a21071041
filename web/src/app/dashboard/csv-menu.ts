import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { FIGURE_TABLES } from 'billing/figures-contract';

import { Language } from '../i18n/language.ts';
import type { FiguresQuery } from './figures-api.ts';

/** The figures as files for a spreadsheet, in the notation of the language. */
@Component({
  selector: 'app-csv-menu',
  imports: [MatButton, MatIcon, MatMenu, MatMenuItem, MatMenuTrigger],
  template: `
    @let words = t().dashboard;
    <button matButton="outlined" type="button" [matMenuTriggerFor]="menu">
      <mat-icon svgIcon="download" />
      {{ words.csv }}
    </button>
    <mat-menu #menu="matMenu">
      @for (table of tables; track table) {
        <a mat-menu-item download [href]="'/api/figures/' + table + query()">
          {{ words.tables[table] }}
        </a>
      }
    </mat-menu>
  `,
})
export class CsvMenu {
  readonly #language = inject(Language);

  readonly figures = input.required<FiguresQuery>();

  protected readonly t = this.#language.t;
  protected readonly tables = FIGURE_TABLES;
  protected readonly query = computed(() => {
    const { currency, from, to } = this.figures();
    const notation = this.#language.code() === 'fr' ? 'french' : 'english';
    return `?${String(new URLSearchParams({ currency, from, to, notation }))}`;
  });
}
