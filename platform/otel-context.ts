import { type Context, type ContextManager, trace as traceApi } from '@opentelemetry/api';

import type { OtelSpans } from './otel-spans.ts';
import { currentContext, inSpan, ownContext, withContext } from './request-context.ts';

/**
 * OpenTelemetry's "active context" and the context of our requests as one and the same, so that
 * spans begun by either side stand in the right place for the other.
 */
export function createContextManager({
  service,
  contextOf,
  wrap,
}: Pick<OtelSpans, 'contextOf' | 'wrap'> & { readonly service: string }): ContextManager {
  const manager: ContextManager = {
    active: () => contextOf(currentContext()?.span),
    with(context, run, self, ...args) {
      return enter(context, () => run.call(self, ...args));
    },
    bind(context, target) {
      if (typeof target !== 'function') return target;
      const bound = (...args: unknown[]) => enter(context, () => target(...args));
      return Object.assign(bound, target);
    },
    enable: () => manager,
    disable: () => manager,
  };
  return manager;

  function enter<T>(context: Context, run: () => T): T {
    const otel = traceApi.getSpan(context);
    if (otel === undefined) return run();
    const current = currentContext() ?? ownContext(service);
    const { baggage } = current.trace.headers;
    const span = wrap(otel, context, baggage === undefined ? {} : { baggage });
    return withContext(inSpan(current, span), run);
  }
}
