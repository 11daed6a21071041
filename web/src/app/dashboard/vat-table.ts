import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Figures } from 'billing/figures-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { highestFirst, vatCode, vatOf } from '../settings/vat-choices.ts';
import type { FiguresQuery } from './figures-api.ts';
import { lastDayOf } from './period.ts';
import { sumOf } from './sum-of.ts';

type VatRow = Figures['vat'][number];

/** The VAT of the period by rate, or why there is none, and of each of its months. */
@Component({
  selector: 'app-vat-table',
  imports: [RouterLink],
  templateUrl: './vat-table.html',
  styleUrl: './vat-table.scss',
})
export class VatTable {
  readonly figures = input.required<Figures>();
  readonly query = input.required<FiguresQuery>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly rates = computed(() =>
    [...Map.groupBy(this.figures().vat, vatCode)]
      .map(([code, rows]) => ({ code, ...vatOf(code), ...sumsOf(rows) }))
      .toSorted(highestFirst),
  );
  protected readonly all = computed(() => sumsOf(this.figures().vat));
  protected readonly months = computed(() =>
    [...Map.groupBy(this.figures().vat, ({ month }) => month)].map(([month, rows]) => ({
      month,
      ...sumsOf(rows),
      rows: rows.toSorted(highestFirst),
      filter: { currency: this.query().currency, issuedFrom: month, issuedTo: lastDayOf(month) },
    })),
  );

  protected money(minor: number): string {
    return this.formats.money(minor, this.figures().currency);
  }
}

const sumsOf = (rows: readonly VatRow[]) => ({
  baseMinor: sumOf(rows, 'baseMinor'),
  vatMinor: sumOf(rows, 'vatMinor'),
});
