import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace';

import type { Log } from './log.ts';
import { withoutContext } from './request-context.ts';
import type { OtlpProtocol, TracingSettings } from './tracing-settings.ts';

/** Where spans go: to a collector, to the standard output, or both. */
export async function createExporters(
  { exporters, protocol }: Pick<TracingSettings, 'exporters' | 'protocol'>,
  log: Log,
): Promise<SpanExporter[]> {
  return Promise.all(
    exporters.map(async (name) => {
      if (name === 'console') return new ConsoleSpanExporter();
      return announcing(await createOtlpExporter(protocol), log);
    }),
  );
}

/** It reads address, headers, compression and time limit from the environment itself. */
async function createOtlpExporter(protocol: OtlpProtocol): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

/** Says once that nothing gets through, and once that it does again. */
function announcing(exporter: SpanExporter, log: Log): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      // It happens to run in the context of one of the requests that it tells of.
      withoutContext(() =>
        exporter.export(spans, (result) => {
          const hasFailed = result.error !== undefined;
          if (hasFailed && !isAway)
            log.warning('Cannot send traces: going on without them', {
              error: String(result.error),
            });
          if (!hasFailed && isAway) log.info('Traces are sent again');
          isAway = hasFailed;
          done(result);
        }),
      );
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
