import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { MatProgressBar } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';

import { kept } from '../api/kept.ts';
import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { PageHeader } from '../ui/page-header.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { CsvMenu } from './csv-menu.ts';
import { dashboardUrl } from './dashboard-url.ts';
import { FiguresApi } from './figures-api.ts';
import { KeyFigures } from './key-figures.ts';
import { LowStock } from './low-stock.ts';
import { MonthChart } from './month-chart.ts';
import { OverdueAges } from './overdue-ages.ts';
import { PeriodChooser } from './period-chooser.ts';
import { Ranking } from './ranking.ts';
import { VatTable } from './vat-table.ts';

/** How the company does: the sums of its invoices, and what needs looking after. */
@Component({
  selector: 'app-dashboard',
  imports: [
    CsvMenu,
    EmptyState,
    KeyFigures,
    LowStock,
    MatButton,
    MatIcon,
    MatProgressBar,
    MonthChart,
    OverdueAges,
    PageHeader,
    PeriodChooser,
    ProblemBanner,
    Ranking,
    RouterLink,
    Skeleton,
    VatTable,
  ],
  host: { class: 'page' },
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.scss',
})
export class Dashboard {
  readonly #formats = inject(Formats);

  protected readonly t = inject(Language).t;
  protected readonly url = dashboardUrl();
  protected readonly loaded = inject(FiguresApi).read(this.url.shown);
  protected readonly figures = kept(this.loaded);
  protected readonly problem = loadProblem(this.loaded);
  protected readonly isEmpty = computed(() => {
    const figures = this.figures();
    return figures !== undefined && figures.customers.length === 0 && figures.months.length === 0;
  });
  protected readonly customers = computed(() => {
    const { currency = 'EUR', customers = [] } = this.figures() ?? {};
    return customers.map(({ customerId, customerName, grossMinor, collectedMinor }) => ({
      path: ['/customers', customerId],
      name: customerName,
      note: this.t().dashboard.collectedOf(this.#formats.money(collectedMinor, currency)),
      sum: this.#formats.money(grossMinor, currency),
    }));
  });
  protected readonly products = computed(() => {
    const { currency = 'EUR', products = [] } = this.figures() ?? {};
    return products.map(({ productId, description, quantity, netMinor }) => ({
      path: ['/products', productId],
      name: description,
      note: this.t().dashboard.sold(this.#formats.number(quantity)),
      sum: this.#formats.money(netMinor, currency),
    }));
  });
}
