/** Whether an error says that the database server is out of reach, rather than that it refused a query. */
export function isDatabaseAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return DRIVER_CODES.has(code) || SERVER_CODES.test(code);
}

/** The driver's words for a connection that is not, or no longer, there. */
const DRIVER_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/**
 * SQLSTATE classes 08, connection exception, and 57P, operator intervention; 25P03, a transaction
 * that was given up because nothing more came of it.
 */
const SERVER_CODES = /^((08|57P)\w+|25P03)$/;
