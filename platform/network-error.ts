/**
 * The codes with which a request ends before a byte of it was sent, so that it may go elsewhere
 * whatever its method.
 */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'FailedToOpenSocket',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether the other side took no connection: nothing was sent. */
export const isRefused = (error: unknown): boolean => NOTHING_SENT.has(networkCode(error));

/** Bun's code of a network error, such as `ECONNRESET`; empty for any other error. */
export function networkCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
