import { ProblemError } from 'platform/problem';

/** What became of one of several: it stands by itself. */
export type Outcome<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: ProblemError };

/** What the work gives, or the problem that it threw. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ProblemError) return { error };
    throw error;
  }
}

/** The value of an outcome; throws its problem. */
export function valueOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome === undefined) throw new Error('Cannot go on: there is no outcome');
  if (outcome.error) throw outcome.error;
  return outcome.value;
}

/** The values of those that have one. */
export const valuesOf = <T>(outcomes: readonly Outcome<T>[]): T[] =>
  outcomes.flatMap((outcome) => (outcome.error ? [] : [outcome.value]));
