import type { FieldTree, ValidationError } from '@angular/forms/signals';
import type { Problem } from 'platform/contract';

import type { Dictionary } from '../i18n/dictionary.ts';
import { explainField } from '../i18n/explain.ts';

/** A problem laid out over a form: what belongs to fields of it, and whether anything is left. */
export type Placed = {
  readonly errors: ValidationError.WithOptionalFieldTree[];
  /** The problem, when not all of it found its field and so it has to be shown by itself. */
  readonly rest: Problem | undefined;
};

/** Puts each entry of a problem at the field that its pointer names. */
export function placeErrors(problem: Problem, form: FieldTree<unknown>, t: Dictionary): Placed {
  const entries = problem.errors ?? [];
  const errors = entries.flatMap((entry) => {
    const fieldTree = fieldAt(form, entry.pointer);
    return fieldTree === undefined
      ? []
      : [{ kind: 'server', message: explainField(entry, t), fieldTree }];
  });
  const isPlaced = errors.length > 0 && errors.length === entries.length;
  return { errors, rest: isPlaced ? undefined : problem };
}

/** Fields of the API that a form shows as one. */
const SHOWN_AS: Readonly<Record<string, string>> = { vatRateBp: 'vat', vatCategory: 'vat' };

/** Follows a JSON pointer (RFC 6901) into a form; undefined where the form has no such field. */
function fieldAt(form: FieldTree<unknown>, pointer: string): FieldTree<unknown> | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let field: unknown = form;
  for (const step of steps) {
    if (typeof field !== 'function') return undefined;
    field = Reflect.get(field, step) ?? Reflect.get(field, SHOWN_AS[step] ?? '');
  }
  return steps.length > 0 && isField(field) ? field : undefined;
}

function isField(value: unknown): value is FieldTree<unknown> {
  return typeof value === 'function';
}
