import type { Database } from './database.ts';
import { currentContext, inSpan, withContext } from './request-context.ts';
import type { SpanEnd } from './tracing.ts';

/**
 * Runs a transaction as a span below that of the request being handled, by the names that
 * OpenTelemetry gives to what is asked of a database. Where nothing is recorded it just runs.
 */
export async function inTransactionSpan<T>(
  { options }: Database,
  run: () => Promise<T>,
): Promise<T> {
  const context = currentContext();
  if (context?.span === undefined) return await run();
  const span = context.span.begin({
    name: `transaction ${options.database}`,
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': options.database },
  });
  let end: SpanEnd = {};
  try {
    return await withContext(inSpan(context, span), run);
  } catch (error) {
    end = endBy(error);
    throw error;
  } finally {
    span.end(end);
  }
}

/** What we refuse ourselves, such as a stale version, is no error of the database. */
function endBy(error: unknown): SpanEnd {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '') return {};
  return { attributes: { 'db.response.status_code': code, 'error.type': code }, isError: true };
}
