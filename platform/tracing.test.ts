import { afterEach, expect, test } from 'bun:test';

import { until } from './testing.ts';
import { startCollector } from './trace-collector.ts';
import { tracingSettings } from './tracing-settings.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const headers = {
  traceparent: `00-${TRACE}-${PARENT}-01`,
  tracestate: 'a=1',
  baggage: 'user=ann',
};
const [SERVER, CLIENT] = [2, 3];

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

test('without a variable that asks for traces nothing of OpenTelemetry is loaded', async () => {
  const { get, boards } = await start({});
  expect((await get('/shelves/1', { headers })).status).toBe(200);
  expect(await (await get('/loaded')).json()).toEqual([]);
  expect(boards.received[0]).toMatchObject(headers);
});

test('a request and the calls made for it are spans of the trace that came in', async () => {
  using collector = startCollector();
  const { get, boards, stop } = await start(collector.env);
  expect((await get('/shelves/1?q=ann', { headers })).status).toBe(200);
  expect(await (await get('/loaded')).json()).not.toEqual([]);
  await stop();
  expect(collector.spans).toHaveLength(3);
  const [server, client] = [SERVER, CLIENT].map((kind) =>
    collector.spans.find((span) => span.kind === kind),
  );
  expect(server).toMatchObject({
    name: 'GET /shelves/{id}',
    service: 'shelf-service',
    traceId: TRACE,
    parentSpanId: PARENT,
    traceState: 'a=1',
    status: { code: 0 },
  });
  expect(server?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/shelves/1',
    'server.address': '127.0.0.1',
    'server.port': expect.any(Number),
    'user_agent.original': expect.any(String),
    'http.route': '/shelves/{id}',
    'http.response.status_code': 200,
  });
  expect(client).toMatchObject({ traceId: TRACE, parentSpanId: server!.spanId });
  expect(client?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.full': `${boards.url}/boards/1`,
    'url.template': '/boards/{id}',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(boards.url).port),
    'service.peer.name': 'board-service',
    'http.response.status_code': 200,
  });
  expect(boards.received[0]).toMatchObject({
    ...headers,
    traceparent: `00-${TRACE}-${client!.spanId}-01`,
  });
});

test('each attempt is a span, and says what came of it', async () => {
  using collector = startCollector();
  const { get, boards, stop } = await start(collector.env);
  boards.statuses.push(503);
  expect((await get('/shelves/1')).status).toBe(200);
  boards.close();
  expect((await get('/shelves/2')).status).toBe(503);
  await stop();
  const attempts = collector.spans.filter(({ kind }) => kind === CLIENT);
  expect(attempts.map(({ attributes, status }) => [attributes, status.code])).toMatchObject([
    [{ 'http.response.status_code': 503, 'error.type': '503' }, 2],
    [{ 'http.response.status_code': 200, 'http.request.resend_count': 1 }, 0],
    ...collector.spans.slice(0, -4).map(() => [{ 'error.type': 'ECONNREFUSED' }, 2]),
  ]);
  expect(collector.spans.at(-1)).toMatchObject({
    kind: SERVER,
    attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    status: { code: 2 },
  });
});

test('what a handler records by the API stands between its request and its calls', async () => {
  using collector = startCollector();
  const { get, stop } = await start(collector.env);
  await get('/shelves/own', { headers });
  await stop();
  const [own, server] = ['saw', 'GET /shelves/{id}'].map((name) =>
    collector.spans.find((span) => span.name === name),
  );
  const call = collector.spans.find(({ kind }) => kind === CLIENT);
  expect(own).toMatchObject({ parentSpanId: server!.spanId, attributes: { teeth: 42 } });
  expect(call).toMatchObject({ parentSpanId: own!.spanId, traceId: TRACE });
});

test('log lines name the trace and the span, probes are no spans', async () => {
  using collector = startCollector();
  const { get, stop, output } = await start(collector.env);
  await get('/shelves/1', { headers });
  await get('/health/live');
  await stop();
  const span = collector.spans.find(({ kind }) => kind === SERVER)!;
  const line = output().find(({ message }) => message === 'GET /shelves/1 200');
  expect(line).toMatchObject({ trace_id: TRACE, span_id: span.spanId });
  expect(collector.spans).toHaveLength(2);
});

test('a trace that its beginner does not want recorded is not, but goes on', async () => {
  using collector = startCollector();
  const { get, boards, stop } = await start(collector.env);
  await get('/shelves/1', { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } });
  await stop();
  expect(collector.spans).toEqual([]);
  expect(boards.received[0]!['traceparent']).toMatch(new RegExp(`^00-${TRACE}-\\w{16}-00$`));
});

test('a sampler by ratio decides by the trace, whatever its beginner wants', async () => {
  using collector = startCollector();
  const sampler = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
  const { get, stop } = await start({ ...collector.env, ...sampler });
  await get('/shelves/1', { headers });
  await stop();
  expect(collector.spans).toEqual([]);
});

test('address, headers and names are read as the standard has it, protobuf unless asked', async () => {
  using collector = startCollector();
  const { get, stop } = await start({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.env.OTEL_EXPORTER_OTLP_ENDPOINT}/here`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
  });
  await get('/shelves/1');
  await stop();
  expect(collector.requests.map(({ path }) => path)).toEqual(['/here']);
  const { headers: sent } = collector.requests[0]!;
  expect(sent.get('content-type')).toBe('application/x-protobuf');
  expect(sent.get('x-key')).toBe('secret');
});

test('OTEL_SERVICE_NAME goes before our own name', async () => {
  using collector = startCollector();
  const { get, stop } = await start({ ...collector.env, OTEL_SERVICE_NAME: 'my-shelves' });
  await get('/shelves/1');
  await stop();
  expect(new Set(collector.spans.map(({ service }) => service))).toEqual(new Set(['my-shelves']));
});

test('a collector that is away costs one warning, and no request', async () => {
  const { get, stop, output } = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '20',
  });
  const warnings = () => output().filter(({ level }) => level === 'WARN');
  await until(async () => {
    expect((await get('/shelves/1')).status).toBe(200);
    return warnings().length > 0;
  });
  for (let n = 0; n < 20; n += 1) expect((await get('/shelves/1')).status).toBe(200);
  expect(await stop()).toBe(0);
  expect(warnings()).toMatchObject([{ message: 'Cannot send traces: going on without them' }]);
});

test('a collector that never answers does not keep a process from stopping', async () => {
  using silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => undefined) });
  const { get, stop } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.url.origin });
  await get('/shelves/1');
  expect(await stop()).toBe(0);
});

test('tracingSettings() is nothing unless traces are asked for', () => {
  expect(tracingSettings({})).toBeUndefined();
  expect(tracingSettings({ OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  const address = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' };
  expect(tracingSettings(address)?.exporters).toEqual(['otlp']);
  expect(tracingSettings({ ...address, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  expect(tracingSettings({ ...address, OTEL_SDK_DISABLED: 'TRUE' })).toBeUndefined();
  expect(tracingSettings({ OTEL_TRACES_EXPORTER: 'console, otlp' })?.exporters).toEqual([
    'console',
    'otlp',
  ]);
});

test('tracingSettings() goes by what holds without it where a value is not understood', () => {
  const settings = tracingSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
  });
  expect(settings).toMatchObject({
    protocol: 'http/protobuf',
    sampler: 'parentbased_always_on',
    batch: { maxQueueSize: 2048 },
  });
  expect(settings?.complaints).toEqual([
    "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', which is not understood: going by 'http/protobuf'",
    "OTEL_TRACES_SAMPLER is 'sometimes', which is not understood: going by 'parentbased_always_on'",
    "OTEL_BSP_MAX_QUEUE_SIZE is 'many', which is not understood: going by '2048'",
  ]);
});

/** Serves `/shelves/{id}`, for which it asks the service of boards for `/boards/{id}`. */
const PROGRAM = `
  import { contract, json, problem } from './contract.ts';
  import { fixedDiscovery } from './discovery.ts';
  import { feign } from './feign.ts';
  import { implement } from './implement.ts';
  import { createLog } from './log.ts';
  import { serve } from './service.ts';
  import { openTracing } from './tracing.ts';
  import { z } from 'zod';

  const get = (path) => ({
    method: 'get',
    path,
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(z.object({})) },
  });
  const shelves = contract('shelf-service', { get: get('/shelves/{id}') });
  const boards = contract('board-service', { get: get('/boards/{id}') });
  const log = createLog({ name: 'shelf', level: 'info' });
  const tracing = await openTracing({ service: 'shelf-service', log });
  const client = feign(boards, {
    discovery: fixedDiscovery({ 'board-service': [process.env.BOARDS] }),
  });
  const handler = async ({ id }) => {
    if (id !== 'own') return client.get({ id });
    const { trace } = await import('@opentelemetry/api');
    return trace.getTracer('mine').startActiveSpan('saw', async (span) => {
      trace.getActiveSpan().setAttribute('teeth', 42);
      return client.get({ id }).finally(() => span.end());
    });
  };
  const app = implement(shelves, { get: handler }, { log, tracing });
  // prom-client brings the API itself.
  const isOurs = (path) => path.includes('@opentelemetry/') && !path.includes('@opentelemetry/api/');
  app.get('/loaded', (c) => c.json(Object.keys(require.cache).filter(isOurs)));
  serve({ app, log, config: { HOST: '127.0.0.1', PORT: 0 }, close: async () => tracing?.stop() });
`;

async function start(env: Readonly<Record<string, string>>) {
  const boards = startBoards();
  const child = Bun.spawn([process.execPath, '-e', PROGRAM], {
    cwd: import.meta.dir,
    env: { ...process.env, ...env, BOARDS: boards.url },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  cleanUp.push(async () => {
    boards.close();
    child.kill('SIGKILL');
    await child.exited;
  });
  let said = '';
  const ended = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) said += chunk;
  })();
  const url = await until(() => /"url":"(http:[^"]+)"/.exec(said)?.[1]);
  return {
    boards,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    /** The log so far. */
    output: (): Record<string, unknown>[] =>
      said
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    /** Resolves to the exit code. */
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      return await child.exited;
    },
  };
}

/** Answers with the statuses that are waiting, then with 200; keeps the headers that it got. */
function startBoards() {
  const received: Record<string, string>[] = [];
  const statuses: number[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      received.push(request.headers.toJSON());
      return Response.json({}, { status: statuses.shift() ?? 200 });
    },
  });
  return { url: server.url.origin, received, statuses, close: () => void server.stop(true) };
}
