import { inject, type Signal, signal, type WritableSignal } from '@angular/core';
import { type FieldTree, form, type SchemaOrSchemaFn } from '@angular/forms/signals';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { Language } from '../i18n/language.ts';
import { placeErrors } from './server-errors.ts';

export type SentForm<T> = {
  readonly fields: FieldTree<T>;
  /** What the server refused and no field could show. */
  readonly problem: Signal<Problem | undefined>;
  readonly hasUnsaved: () => boolean;
  /** Forgets what went wrong, and that something was typed. */
  settle(): void;
};

/**
 * A form that is sent: `send` runs once the schema is content; what it is refused for stands at the
 * fields that it is about, and the rest is the form's `problem`.
 */
export function sentForm<T>(
  model: WritableSignal<T>,
  schema: SchemaOrSchemaFn<T>,
  send: () => Promise<unknown>,
): SentForm<T> {
  const { t } = inject(Language);
  const problem = signal<Problem | undefined>(undefined);
  const fields = form(model, schema, { submission: { action } });
  return {
    fields,
    problem: problem.asReadonly(),
    hasUnsaved: () => fields().dirty() && !fields().submitting(),
    settle() {
      problem.set(undefined);
      fields().reset();
    },
  };

  async function action() {
    problem.set(undefined);
    try {
      await send();
      return undefined;
    } catch (error) {
      const placed = placeErrors(problemOf(error), fields, t());
      problem.set(placed.rest);
      return placed.errors;
    }
  }
}
