import {
  afterRenderEffect,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Figures } from 'billing/figures-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { heightOf, scaleFor } from './chart-scale.ts';
import type { FiguresQuery } from './figures-api.ts';
import { lastDayOf, monthsOf } from './period.ts';

/**
 * What was invoiced and collected, month by month: two bars each. A month is a link that says its
 * sums in words and leads to its invoices, so no other table is needed to read them.
 */
@Component({
  selector: 'app-month-chart',
  imports: [RouterLink],
  templateUrl: './month-chart.html',
  styleUrl: './month-chart.scss',
})
export class MonthChart {
  protected readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');

  readonly figures = input.required<Figures>();
  readonly query = input.required<FiguresQuery>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  readonly #known = computed(
    () => new Map(this.figures().months.map((month) => [month.month, month])),
  );
  readonly #rows = computed(() =>
    monthsOf(this.query()).map((month) => ({
      month,
      grossMinor: this.#known().get(month)?.grossMinor ?? 0,
      collectedMinor: this.#known().get(month)?.collectedMinor ?? 0,
    })),
  );
  readonly #scale = computed(() =>
    scaleFor(
      this.#rows().flatMap(({ grossMinor, collectedMinor }) => [grossMinor, collectedMinor]),
    ),
  );

  /** From the highest line to the lowest, as they lie. */
  protected readonly ticks = computed(() =>
    this.#scale().ticks.map((minor) => ({
      label: this.formats.moneyShort(minor, this.query().currency),
      bottom: `${heightOf(minor, this.#scale()) * 100}%`,
      isZero: minor === 0,
    })),
  );
  protected readonly months = computed(() =>
    this.#rows().map(({ month, grossMinor, collectedMinor }) => ({
      month,
      label: this.formats.monthShort(month),
      name: this.formats.month(month),
      sums: this.t().dashboard.monthSums(
        this.formats.money(grossMinor, this.query().currency),
        this.formats.money(collectedMinor, this.query().currency),
      ),
      bars: [
        { kind: 'invoiced', ...this.#bar(grossMinor) },
        { kind: 'collected', ...this.#bar(collectedMinor) },
      ],
      filter: { currency: this.query().currency, issuedFrom: month, issuedTo: lastDayOf(month) },
    })),
  );

  constructor() {
    // Where not all months fit, the last ones are looked at first.
    afterRenderEffect(() => {
      this.months();
      const { nativeElement } = this.scroller();
      nativeElement.scrollLeft = nativeElement.scrollWidth;
    });
  }

  /** Between its value and nothing, whichever is higher. */
  #bar(minor: number): { bottom: string; height: string } {
    const [zero, value] = [heightOf(0, this.#scale()), heightOf(minor, this.#scale())];
    return {
      bottom: `${Math.min(zero, value) * 100}%`,
      height: `${Math.abs(value - zero) * 100}%`,
    };
  }
}
