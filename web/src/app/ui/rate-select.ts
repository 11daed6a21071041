import { Component, computed, inject, input, model, output } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';

import { Formats } from '../i18n/formats.ts';

/** Chooses one of some rates in basis points; the one that is there already stays a choice. */
@Component({
  // An attribute, so that the field around it sees a native one.
  selector: 'select[appRateSelect]',
  host: {
    '(change)': 'value.set(+$any($event.target).value)',
    '(blur)': 'touch.emit()',
  },
  template: `
    @for (rate of choices(); track rate) {
      <option [value]="rate" [selected]="rate === value()">{{ formats.percent(rate) }}</option>
    }
  `,
})
export class RateSelect implements FormValueControl<number> {
  readonly value = model(0);
  readonly touch = output();
  readonly rates = input.required<readonly number[]>();

  protected readonly formats = inject(Formats);
  protected readonly choices = computed(() =>
    Array.from(new Set([...this.rates(), this.value()])).toSorted((a, b) => b - a),
  );
}
