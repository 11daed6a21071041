import type { Operation } from './contract.ts';

/** A key that is spelled wrongly, which types let pass and nobody would ever read. */
export function complaintAboutKeys(operation: Operation): string | undefined {
  const { request = {} } = operation;
  const unknown =
    Object.keys(operation).find((key) => !OPERATION_KEYS.has(key)) ??
    Object.keys(request).find((key) => !REQUEST_KEYS.has(key));
  return unknown && `'${unknown}' is nothing that an operation says`;
}

const OPERATION_KEYS = new Set([
  'method',
  'path',
  'summary',
  'request',
  'responses',
  'timeoutMs',
  'retries',
  'isRepeatable',
]);
const REQUEST_KEYS = new Set([
  'params',
  'query',
  'headers',
  'cookies',
  'body',
  'ifMatch',
  'idempotencyKey',
]);
