import { Component, input } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { FieldError } from './field-error.ts';
import { FORM_DEFAULTS } from './form-defaults.ts';

/** A line of text in a form: what it is called, how to fill it in, and what is wrong with it. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-text-field',
  imports: [FieldError, FormField, MatError, MatFormField, MatHint, MatInput, MatLabel],
  styles: ':host { display: grid; }',
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <input
        matInput
        autocomplete="off"
        [type]="type()"
        [attr.inputmode]="inputMode()"
        [formField]="field()"
      />
      @if (hint()) {
        <mat-hint>{{ hint() }}</mat-hint>
      }
      <mat-error><app-field-error [field]="field()" [incorrect]="incorrect()" /></mat-error>
    </mat-form-field>
  `,
})
export class TextField {
  readonly field = input.required<FieldTree<string>>();
  readonly label = input.required<string>();
  readonly hint = input<string>();
  /** What the field itself asks for, where something else was typed. */
  readonly incorrect = input<string>();
  readonly type = input<'text' | 'email' | 'tel' | 'date'>('text');
  /** Which keyboard a telephone shows, where the type does not say it. */
  readonly inputMode = input<'numeric'>();
}
