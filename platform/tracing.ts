import type { Log } from './log.ts';
import type { Trace } from './trace-context.ts';
import { tracingSettings } from './tracing-settings.ts';

export type SpanAttributes = Readonly<Record<string, string | number>>;

/** What is known of a piece of work when it begins. */
export type SpanStart = {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes?: SpanAttributes;
  /** The `traceparent`s of requests that brought it about without waiting for it. */
  readonly links?: readonly string[];
};

/** What is known at its end. */
export type SpanEnd = {
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  readonly isError?: boolean;
};

/** A piece of work of a trace, being recorded. What it calls takes its `headers` along. */
export type Span = Trace & {
  readonly spanId: string;
  /** Begins a part of it. */
  readonly begin: (start: SpanStart) => Span;
  /** To be called once. */
  readonly end: (end?: SpanEnd) => void;
};

export type Tracer = {
  /** Begins a span below the one that a request's headers name, or a trace of its own. */
  readonly begin: (start: SpanStart, headers?: Headers) => Span;
};

export type Tracing = Tracer & {
  /** Sends what is recorded, but waits no longer than two seconds; never throws. */
  readonly stop: () => Promise<void>;
};

/**
 * Records spans and sends them by OpenTelemetry, as the standard `OTEL_*` variables say. Undefined
 * when these ask for no traces: then nothing of OpenTelemetry is loaded, and whoever records
 * spans has nothing to do but to look.
 */
export async function openTracing(deps: {
  readonly service: string;
  readonly log: Log;
  readonly env?: Readonly<Record<string, string | undefined>>;
}): Promise<Tracing | undefined> {
  const settings = tracingSettings(deps.env);
  if (settings === undefined) return undefined;
  const { createOtelTracing } = await import('./otel-tracing.ts');
  return await createOtelTracing(settings, deps);
}
