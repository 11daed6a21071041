import type { FieldError, Problem } from 'platform/contract';

import { problemKind, serviceAway } from '../api/problem-of.ts';
import type { Dictionary } from './dictionary.ts';

/** What a problem means to the person, in one sentence. */
export function explain(problem: Problem, t: Dictionary): string {
  const { byType, services, unavailable, unavailableSomewhere } = t.problems;
  const service = serviceAway(problem);
  if (service !== undefined) {
    return isKeyOf(services, service) ? unavailable(services[service]) : unavailable(service);
  }
  if ([502, 503, 504].includes(problem.status)) return unavailableSomewhere;
  const kind = problemKind(problem);
  if (kind === 'in-use') return inUse(problem, t);
  return isKeyOf(byType, kind) ? byType[kind] : `${t.problems.title} : ${problem.title}`;
}

/** What refers to a record that was to be deleted, by the counts that came with the refusal. */
function inUse({ errors = [] }: Problem, t: Dictionary): string {
  const { referredBy, inUse, byType } = t.problems;
  const counts = errors.flatMap(({ code, detail }) => {
    const kind = code.replace('referred_by_', '');
    const count = Number(/\d+$/.exec(detail)?.[0]);
    return isKeyOf(referredBy, kind) ? [referredBy[kind](count)] : [];
  });
  return counts.length > 0 ? inUse(counts) : byType['in-use'];
}

/** What is wrong with one field, by where it is or the server's code; its own words where both say little. */
export function explainField({ pointer, code, detail }: FieldError, t: Dictionary): string {
  const { byPointer, byCode } = t.problems;
  if (isKeyOf(byPointer, pointer)) return byPointer[pointer];
  return isKeyOf(byCode, code) ? byCode[code] : detail;
}

function isKeyOf<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}
