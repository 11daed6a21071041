import { afterEach, expect, test } from 'bun:test';

import type { Span, SpanEnd, SpanStart, Tracer } from 'platform/tracing';

import { everythingTo, freePort, startGateway } from './test-rig.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

test('a request is a span, and each attempt to have it answered one below', async () => {
  const { spans, tracing } = recorder();
  const upstream = listen();
  const gone = `http://127.0.0.1:${await freePort()}`;
  const gateway = gatewayTo([gone, upstream.url], tracing);
  for (let n = 0; n < 20 && spans.length < 3; n += 1) {
    spans.length = 0;
    await fetch(`${gateway.url}/a/b?q=ann`, { headers });
  }
  const [request, refused, answered] = spans;
  expect(request).toMatchObject({
    kind: 'server',
    parent: headers.traceparent,
    attributes: { 'http.request.method': 'GET', 'url.path': '/a/b', 'http.route': '/**' },
    name: 'GET /**',
    isError: false,
  });
  expect(refused).toMatchObject({
    kind: 'client',
    parent: request!.headers.traceparent,
    attributes: { 'url.full': `${gone}/a/b`, 'error.type': 'ECONNREFUSED' },
    isError: true,
  });
  expect(answered).toMatchObject({
    kind: 'client',
    parent: request!.headers.traceparent,
    attributes: {
      'url.full': `${upstream.url}/a/b`,
      'http.request.resend_count': 1,
      'http.response.status_code': 200,
      'service.peer.name': 'some-service',
    },
    isError: false,
  });
  expect(upstream.traceparents.at(-1)).toBe(answered!.headers.traceparent);
});

test('no instance, and what is no error of ours, is told by the status', async () => {
  const { spans, tracing } = recorder();
  const gateway = gatewayTo([`http://127.0.0.1:${await freePort()}`], tracing);
  await fetch(`${gateway.url}/x`);
  expect(spans[0]).toMatchObject({
    attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    isError: true,
  });
  const missing = gatewayTo([listen(404).url], tracing);
  spans.length = 0;
  await fetch(`${missing.url}/x`);
  expect(spans.map(({ isError }) => isError)).toEqual([false, true]);
});

test('a WebSocket is the span of its opening', async () => {
  const { spans, tracing } = recorder();
  const upstream = listen();
  const gateway = gatewayTo([upstream.url], tracing);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.close();
  expect(spans.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([
    101, 101,
  ]);
  expect(upstream.traceparents).toEqual([spans[1]!.headers.traceparent]);
});

test('a page of the gateway itself is a span, a probe is none', async () => {
  const { spans, tracing } = recorder();
  const gateway = gatewayTo([], tracing);
  await fetch(`${gateway.url}/gateway/routes`);
  await fetch(`${gateway.url}/health/live`);
  expect(spans.map(({ name }) => name)).toEqual(['GET /gateway/routes']);
});

function gatewayTo(addresses: string[], tracing: Tracer) {
  const everything = everythingTo('http://unused');
  const upstream = { service: 'some-service', addresses };
  const routes = addresses.length > 0 ? [{ ...everything, upstream }] : [];
  const gateway = startGateway({ routes, tracing });
  cleanUp.push(gateway.stop);
  return gateway;
}

function listen(status = 200) {
  const traceparents: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request, server) {
      traceparents.push(request.headers.get('traceparent'));
      return server.upgrade(request) ? undefined : new Response('ok', { status });
    },
    websocket: { message: () => undefined },
  });
  cleanUp.push(() => server.stop(true));
  return { url: server.url.origin, traceparents };
}

type Recorded = Span & {
  name: string;
  kind: SpanStart['kind'];
  parent: string | undefined;
  attributes: Record<string, string | number>;
  isError: boolean | undefined;
};

/** Keeps the spans in the order in which they began. */
function recorder(): { spans: Recorded[]; tracing: Tracer } {
  const spans: Recorded[] = [];
  const begin = ({ name, kind, attributes }: SpanStart, parent: string | undefined): Span => {
    const spanId = String(spans.length + 1).padStart(16, '0');
    const span: Recorded = {
      name,
      kind,
      parent,
      attributes: { ...attributes },
      isError: undefined,
      traceId: TRACE,
      spanId,
      headers: { traceparent: `00-${TRACE}-${spanId}-01` },
      begin: (start) => begin(start, span.headers.traceparent),
      end(end: SpanEnd = {}) {
        Object.assign(span.attributes, end.attributes);
        span.name = end.name ?? span.name;
        span.isError = end.isError;
      },
    };
    spans.push(span);
    return span;
  };
  const tracing: Tracer = {
    begin: (start, headers) => begin(start, headers?.get('traceparent') ?? undefined),
  };
  return { spans, tracing };
}
