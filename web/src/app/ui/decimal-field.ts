import { Component, input } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel, MatSuffix } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { DecimalInput } from './decimal-input.ts';
import { FieldError } from './field-error.ts';
import { FORM_DEFAULTS } from './form-defaults.ts';

/** A decimal in a form, such as a price or a quantity, beside what it counts. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-decimal-field',
  imports: [
    DecimalInput,
    FieldError,
    FormField,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatSuffix,
  ],
  styles: ':host { display: grid; }',
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <input matInput class="number" [appDecimal]="minDecimals()" [formField]="field()" />
      @if (unit()) {
        <span matTextSuffix>{{ unit() }}</span>
      }
      @if (hint()) {
        <mat-hint aria-live="polite">{{ hint() }}</mat-hint>
      }
      <mat-error><app-field-error [field]="field()" [incorrect]="incorrect()" /></mat-error>
    </mat-form-field>
  `,
})
export class DecimalField {
  readonly field = input.required<FieldTree<string>>();
  readonly label = input.required<string>();
  /** How many decimals are shown at least. */
  readonly minDecimals = input(0);
  /** What is counted, such as the sign of a currency. */
  readonly unit = input<string>();
  readonly hint = input<string>();
  /** What the field itself asks for, where something else was typed. */
  readonly incorrect = input<string>();
}
