import type { Operation } from './contract.ts';
import { isTyped } from './implied-problems.ts';
import { mediaTypeOf, successReplies } from './operation-parts.ts';
import { ProblemError } from './problem.ts';

/**
 * Compiles an operation into a check that throws 406 when the caller accepts none of the media types
 * that it answers with (RFC 9110 §12.5.1). Problems come whatever the caller accepts.
 */
export function acceptCheck(operation: Operation): (accept: string | undefined) => void {
  const offered = successReplies(operation).flatMap(({ reply }) => mediaTypeOf(reply) ?? []);
  const isRefusable = isTyped(operation);
  return (accept) => {
    if (!isRefusable || accept === undefined || accept.includes('*/*')) return;
    if (offered.some((type) => accepts(accept, type))) return;
    throw new ProblemError(406, 'not-acceptable', 'The reply cannot have an accepted type', {
      detail: `Accept is '${accept}', the reply is ${offered.join(' or ')}`,
    });
  };
}

function accepts(accept: string, type: string): boolean {
  const [main = ''] = type.split('/');
  return accept.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
    return !isRefused && (name === type || name === `${main}/*`);
  });
}
