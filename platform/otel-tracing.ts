import { context as contextApi, trace as traceApi } from '@opentelemetry/api';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import type { Log } from './log.ts';
import { createContextManager } from './otel-context.ts';
import { createExporters } from './otel-exporters.ts';
import { resourceOf, samplerOf } from './otel-setup.ts';
import { createOtelSpans } from './otel-spans.ts';
import type { TracingSettings } from './tracing-settings.ts';
import type { Tracing } from './tracing.ts';

/**
 * Tracing by OpenTelemetry's own packages, which are loaded with this file. Whoever uses their API
 * in a handler finds the span of the request there, and calls made within a span of theirs are
 * recorded below it.
 */
export async function createOtelTracing(
  settings: TracingSettings,
  { service, log }: { readonly service: string; readonly log: Log },
): Promise<Tracing> {
  for (const complaint of settings.complaints) log.warning('{complaint}', { complaint });
  const exporters = await createExporters(settings, log);
  const provider = new TracerProvider({
    resource: resourceOf(service),
    sampler: samplerOf(settings),
    spanProcessors: exporters.map(
      (exporter) => new BatchSpanProcessor({ ...settings.batch, exporter }),
    ),
  });
  const spans = createOtelSpans(provider.getTracer('comptoir'));
  traceApi.setGlobalTracerProvider(provider);
  contextApi.setGlobalContextManager(createContextManager({ ...spans, service }));
  return {
    begin: spans.begin,
    async stop() {
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([sent, Bun.sleep(FLUSH_LIMIT_MS)]);
    },
  };
}

/** How long a process that stops waits for a collector that does not answer. */
const FLUSH_LIMIT_MS = 2000;
