import { Component, computed, inject, input } from '@angular/core';
import type { FieldTree } from '@angular/forms/signals';

import { Language } from '../i18n/language.ts';
import { errorText } from '../ui/field-error.ts';

/** What is wrong with a field of a line, once the person has been there. */
@Component({
  selector: 'app-line-note',
  host: { class: 'field-note error', '[hidden]': '!text()' },
  template: '{{ text() }}',
  styles: ':host { display: block; } :host([hidden]) { display: none; }',
})
export class LineNote {
  readonly #t = inject(Language).t;

  readonly field = input.required<FieldTree<unknown>>();
  readonly incorrect = input<string>();

  protected readonly text = computed(() => {
    const state = this.field()();
    const [error] = state.errors();
    if (error === undefined || !state.touched()) return '';
    return errorText(error, this.#t(), this.incorrect());
  });
}
