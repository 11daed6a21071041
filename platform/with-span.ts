import { currentContext, inSpan, ownContext, withContext } from './request-context.ts';
import type { SpanStart, Tracer } from './tracing.ts';

/** For work that no request has to be waiting for: where its traces begin, and in whose name. */
type Origin = { readonly tracing?: Tracer | undefined; readonly service: string };

/**
 * Runs as a span of its own, below that of the request being handled or, with an origin, as the
 * first of a trace. Where nothing is recorded it just runs.
 */
export async function withSpan<T>(
  start: SpanStart,
  run: () => Promise<T>,
  origin?: Origin,
): Promise<T> {
  const context = currentContext() ?? (origin && ownContext(origin.service));
  const within = context?.span ?? origin?.tracing;
  if (context === undefined || within === undefined) return await run();
  const span = within.begin(start);
  let isError = true;
  try {
    const result = await withContext(inSpan(context, span), run);
    isError = false;
    return result;
  } finally {
    span.end({ isError });
  }
}
