import { Directive, inject, input, model, numberAttribute, output } from '@angular/core';
import { type FormValueControl, transformedValue } from '@angular/forms/signals';

import { Language } from '../i18n/language.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';

/**
 * A text field for a decimal of the API: `"12.5"` shows as `12,50` in French, and both comma and
 * point are understood.
 */
@Directive({
  selector: 'input[appDecimal]',
  host: {
    inputmode: 'decimal',
    autocomplete: 'off',
    '[value]': 'typed()',
    '(input)': 'typed.set($any($event.target).value)',
    '(blur)': 'settle()',
  },
})
export class DecimalInput implements FormValueControl<string> {
  readonly #separator = inject(Language).decimalSeparator;

  /** How many decimals are shown at least. */
  readonly minDecimals = input(0, { alias: 'appDecimal', transform: numberAttribute });
  readonly value = model('');
  readonly touch = output();

  protected readonly typed = transformedValue(this.value, {
    parse: (text: string) => readDecimal(text),
    format: (value) => formatDecimal(value, this.#separator(), this.minDecimals()),
  });

  /** Shows what was understood, once the field is left. */
  protected settle(): void {
    if (this.typed.parseErrors().length === 0) {
      this.typed.set(formatDecimal(this.value(), this.#separator(), this.minDecimals()));
    }
    this.touch.emit();
  }
}

/** What a field makes of its text; shared with the field for percentages. */
export function readDecimal(text: string) {
  if (text.trim() === '') return { error: { kind: 'required' } };
  const value = parseDecimal(text);
  return value === undefined ? { error: { kind: 'notANumber' } } : { value };
}
