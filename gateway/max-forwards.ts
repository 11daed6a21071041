import { FORWARDED_METHODS } from './forwarded-methods.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Said } from './said.ts';

/**
 * The answer to an `OPTIONS` that says that nobody may hand it on (RFC 9110 §7.6.2), as those send it
 * who look for the one in the way that does something; undefined for any other request.
 */
export function answerInstead(method: string, said: Said): Response | undefined {
  if (method !== 'OPTIONS' || left(said['max-forwards']) !== 0) return undefined;
  return new Response(null, { status: 204, headers: { allow: FORWARDED_METHODS.join(', ') } });
}

/** Counts down how many may still hand an `OPTIONS` on. */
export function countDown(method: string, headers: HeaderFields): void {
  if (method !== 'OPTIONS') return;
  const forwards = left(headers['max-forwards']);
  if (forwards !== undefined) headers['max-forwards'] = String(forwards - 1);
}

/** Undefined where nothing is said, or nothing that makes sense. */
const left = (text: string | undefined): number | undefined =>
  text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
