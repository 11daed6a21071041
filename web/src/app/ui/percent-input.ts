import { Directive, inject, model, output } from '@angular/core';
import { type FormValueControl, transformedValue } from '@angular/forms/signals';

import { Language } from '../i18n/language.ts';
import { readDecimal } from './decimal-input.ts';
import { formatDecimal, fromScaled, toScaled } from './decimal.ts';

/** A text field for basis points, typed as a percentage: `5,5` is 550. */
@Directive({
  selector: 'input[appPercent]',
  host: {
    inputmode: 'decimal',
    autocomplete: 'off',
    '[value]': 'typed()',
    '(input)': 'typed.set($any($event.target).value)',
    '(blur)': 'settle()',
  },
})
export class PercentInput implements FormValueControl<number> {
  readonly #separator = inject(Language).decimalSeparator;

  readonly value = model(0);
  readonly touch = output();

  protected readonly typed = transformedValue(this.value, {
    parse: (text: string) => {
      const read = readDecimal(text);
      if (read.value === undefined) return read;
      const value = toScaled(read.value, 2);
      return value === undefined || value < 0 || value > 10_000
        ? { error: { kind: 'outOfRange' } }
        : { value };
    },
    format: (value) => this.#format(value),
  });

  protected settle(): void {
    if (this.typed.parseErrors().length === 0) this.typed.set(this.#format(this.value()));
    this.touch.emit();
  }

  #format(value: number): string {
    return formatDecimal(fromScaled(value, 2), this.#separator());
  }
}
