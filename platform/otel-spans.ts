import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace as traceApi,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';

import { type Baggage, baggageOf, readTraceparent } from './trace-context.ts';
import type { Span, SpanStart, Tracer } from './tracing.ts';

export type OtelSpans = Tracer & {
  /** A span of OpenTelemetry's as one of ours; its parts begin within the context. */
  readonly wrap: (otel: OtelSpan, within: Context, baggage: Baggage) => Span;
  /** In which the parts of a span begin. */
  readonly contextOf: (span: Span | undefined) => Context;
};

/** Our spans as wraps of OpenTelemetry's. */
export function createOtelSpans(tracer: OtelTracer): OtelSpans {
  const contexts = new WeakMap<Span, Context>();

  const wrap = (otel: OtelSpan, within: Context, baggage: Baggage): Span => {
    const { traceId, spanId } = otel.spanContext();
    const span: Span = {
      traceId,
      spanId,
      headers: { ...headersOf(otel.spanContext()), ...baggage },
      begin: (start) => begin(start, contextOf(span), baggage),
      end({ name, attributes, isError = false } = {}) {
        if (name !== undefined) otel.updateName(name);
        if (attributes) otel.setAttributes(attributes);
        if (isError) otel.setStatus({ code: SpanStatusCode.ERROR });
        otel.end();
      },
    };
    contexts.set(span, traceApi.setSpan(within, otel));
    return span;
  };
  const contextOf = (span: Span | undefined): Context =>
    (span && contexts.get(span)) ?? ROOT_CONTEXT;
  const begin = (start: SpanStart, within: Context, baggage: Baggage): Span => {
    const { name, kind, attributes = {}, links = [] } = start;
    const options = { kind: KINDS[kind], attributes: { ...attributes }, links: linksTo(links) };
    return wrap(tracer.startSpan(name, options, within), within, baggage);
  };
  return {
    begin: (start, headers) => begin(start, parentIn(headers), headers ? baggageOf(headers) : {}),
    wrap,
    contextOf,
  };
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

function headersOf({ traceId, spanId, traceFlags, traceState }: SpanContext) {
  const flags = traceFlags.toString(16).padStart(2, '0');
  const tracestate = traceState?.serialize();
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    ...(tracestate ? { tracestate } : {}),
  };
}

function parentIn(headers: Headers | undefined): Context {
  const traceparent = headers?.get('traceparent') ?? null;
  const parent = spanContextOf(traceparent, headers?.get('tracestate'));
  return parent === undefined ? ROOT_CONTEXT : traceApi.setSpanContext(ROOT_CONTEXT, parent);
}

function linksTo(traceparents: readonly string[]) {
  return traceparents
    .map((traceparent) => spanContextOf(traceparent))
    .filter((context) => context !== undefined)
    .map((context) => ({ context }));
}

function spanContextOf(traceparent: string | null, tracestate?: string | null) {
  const parent = readTraceparent(traceparent);
  if (parent === undefined) return undefined;
  const { traceId, spanId, flags } = parent;
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(tracestate ? { traceState: createTraceState(tracestate) } : {}),
  };
}
