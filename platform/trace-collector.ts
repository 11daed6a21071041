import { z } from 'zod';

const Value = z
  .union([
    z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
    z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  ])
  .catch('?');
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));
const Span = z.object({
  name: z.string(),
  /** 1 internal, 2 server, 3 client. */
  kind: z.number(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  traceState: z.string().optional(),
  attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
  /** 2 is an error. */
  status: z.object({ code: z.number() }),
});
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** A span as it arrived, with the name of the service that sent it. */
export type CollectedSpan = z.output<typeof Span> & { readonly service: string };

/** For tests: what receives OTLP as JSON over HTTP, as a collector does. */
export function startCollector({ status = 200 }: { status?: number } = {}) {
  const spans: CollectedSpan[] = [];
  const requests: { readonly path: string; readonly headers: Headers }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname: path } = new URL(request.url);
      requests.push({ path, headers: request.headers });
      const isJson = request.headers.get('content-type') === 'application/json';
      if (isJson) spans.push(...spansOf(Export.parse(await request.json())));
      return Response.json({}, { status });
    },
  });
  return {
    spans,
    requests,
    /** The variables with which a process sends its spans here, without waiting for long. */
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url.origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '10',
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function spansOf({ resourceSpans }: z.output<typeof Export>): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(resource.attributes['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}
