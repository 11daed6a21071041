import { Component, input } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { FieldError } from './field-error.ts';
import { FORM_DEFAULTS } from './form-defaults.ts';

/** One choice of some in a form: a country, a currency, a reason. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-select-field',
  imports: [FieldError, FormField, MatError, MatFormField, MatHint, MatInput, MatLabel],
  styles: ':host { display: grid; }',
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <select matNativeControl [formField]="field()">
        @for (choice of choices(); track choice.code) {
          <option [value]="choice.code">{{ choice.name }}</option>
        }
      </select>
      @if (hint()) {
        <mat-hint>{{ hint() }}</mat-hint>
      }
      <mat-error><app-field-error [field]="field()" /></mat-error>
    </mat-form-field>
  `,
})
export class SelectField {
  readonly field = input.required<FieldTree<string>>();
  readonly label = input.required<string>();
  readonly choices = input.required<readonly { readonly code: string; readonly name: string }[]>();
  readonly hint = input<string>();
}
