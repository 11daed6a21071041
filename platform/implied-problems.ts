import type { Operation } from './contract.ts';
import { mediaTypeOf, successReplies } from './operation-parts.ts';
import { keysOf } from './schema-shape.ts';

/** The statuses that follow from what an operation takes, whatever its handler does. */
export function impliedProblems(operation: Operation): number[] {
  const { params, query, headers, cookies, body, ifMatch, idempotencyKey } =
    operation.request ?? {};
  const implied = [
    { holds: keysOf(params).length > 0, statuses: [404] },
    { holds: [query, headers, cookies].some((part) => keysOf(part).length > 0), statuses: [422] },
    { holds: body !== undefined, statuses: BODY_PROBLEMS[body?.kind ?? 'json'] },
    { holds: isTyped(operation), statuses: [406] },
    { holds: ifMatch === true, statuses: [412, 428] },
    { holds: idempotencyKey === true, statuses: [409, 422] },
  ];
  return implied.flatMap(({ holds, statuses }) => (holds ? statuses : []));
}

/** Whether every successful reply has a media type, so that a caller may refuse all of them. */
export function isTyped(operation: Operation): boolean {
  return successReplies(operation).every(({ reply }) => mediaTypeOf(reply) !== undefined);
}

/** Bytes are whatever they are; the rest has a form, and most of it a shape. */
const BODY_PROBLEMS = {
  json: [400, 413, 415, 422],
  form: [400, 413, 415, 422],
  multipart: [400, 413, 415, 422],
  text: [400, 413, 415],
  bytes: [413, 415],
};
