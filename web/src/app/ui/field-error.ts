import { Component, computed, inject, input } from '@angular/core';
import type { FieldTree, ValidationError } from '@angular/forms/signals';
import * as z from 'zod';

import type { Dictionary } from '../i18n/dictionary.ts';
import { Language } from '../i18n/language.ts';

/**
 * The first thing wrong with a field, in the person's language. `incorrect` is what the field itself
 * asks for; what is general (required, too long, no number) and what the server said need none.
 */
@Component({
  selector: 'app-field-error',
  template: '{{ text() }}',
})
export class FieldError {
  readonly #t = inject(Language).t;

  readonly field = input.required<FieldTree<unknown>>();
  readonly incorrect = input<string>();

  protected readonly text = computed(() => {
    const [error] = this.field()().errors();
    return error === undefined ? '' : errorText(error, this.#t(), this.incorrect());
  });
}

export function errorText(error: ValidationError, t: Dictionary, incorrect?: string): string {
  const { problems } = t;
  switch (error.kind) {
    case 'server':
      return error.message ?? problems.incorrect;
    case 'required':
      return problems.required;
    case 'notANumber':
      return problems.notANumber;
    case 'outOfRange':
      return incorrect ?? problems.outOfRange;
    default:
      return schemaText(error, t) ?? incorrect ?? problems.incorrect;
  }
}

/** What zod says about every text: that it is missing, or too long. */
function schemaText(error: ValidationError, t: Dictionary): string | undefined {
  const issue = TextIssue.safeParse('issue' in error ? error.issue : undefined);
  if (!issue.success) return undefined;
  if (issue.data.code === 'too_big') return t.problems.tooLong(issue.data.maximum);
  return issue.data.minimum === 1 ? t.problems.required : undefined;
}

const TextIssue = z.discriminatedUnion('code', [
  z.object({ code: z.literal('too_small'), minimum: z.number() }),
  z.object({ code: z.literal('too_big'), maximum: z.number(), origin: z.literal('string') }),
]);
