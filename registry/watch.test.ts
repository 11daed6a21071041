import { afterEach, describe, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';

import { silentLog } from 'platform/log';
import { WatchChange, WatchSnapshot } from 'platform/registry-watch';
import { until } from 'platform/testing';

import { createProber, probeUrl } from './probe.ts';
import { instance, servedRegistry, testClock, testRegistry } from './testing.ts';
import { createTraffic } from './traffic.ts';
import { createWatch } from './watch.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

function served() {
  const registry = servedRegistry();
  opened.push(registry.stop);
  return registry;
}

type Heard = { readonly event: string; readonly id: number; readonly data: unknown };

/** Reads a stream event by event. */
async function watching(url: string, headers: Record<string, string> = {}) {
  const ending = new AbortController();
  const reply = await fetch(url, { headers, signal: ending.signal });
  expect(reply.headers.get('content-type')).toBe('text/event-stream');
  const events = eventsOf(reply.body!);
  const next = async (): Promise<Heard> => (await events.next()).value!;
  const leave = () => ending.abort();
  opened.push(leave);
  return { next, leave };
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Heard, undefined> {
  let text = '';
  for await (const bytes of body) {
    text += new TextDecoder().decode(bytes);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const colon = line.indexOf(': ');
          return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
      );
      const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')];
      if (event && data) yield { event, id: Number(id), data: JSON.parse(data) as unknown };
    }
  }
  return undefined;
}

describe('GET /watch', () => {
  test('starts with a snapshot, then tells every change with its version', async () => {
    const { url, register, leases } = served();
    await register({ app: 'ORDERS', metadata: { zone: 'paris' } });
    const { next } = await watching(`${url}/watch`);
    const first = await next();
    expect(first).toMatchObject({ event: 'snapshot', id: leases.version() });
    expect(WatchSnapshot.parse(first.data).instances).toEqual([
      {
        id: 'host1:ORDERS:8080',
        service: 'orders',
        url: 'http://host1:8080',
        status: 'UP',
        zone: 'paris',
        metadata: { zone: 'paris' },
      },
    ]);
    leases.override('ORDERS', 'host1:ORDERS:8080', 'OUT_OF_SERVICE');
    leases.cancel('ORDERS', 'host1:ORDERS:8080');
    const [changed, gone] = [await next(), await next()];
    expect(WatchChange.parse(changed.data)).toMatchObject({
      version: leases.version() - 1,
      action: 'MODIFIED',
      instance: { status: 'OUT_OF_SERVICE' },
    });
    expect(gone).toMatchObject({ event: 'change', id: leases.version() });
    expect(WatchChange.parse(gone.data).action).toBe('DELETED');
  });

  test('tells of one service where one is named', async () => {
    const { url, register } = served();
    await register({ app: 'ORDERS' });
    const { next } = await watching(`${url}/watch?service=billing`);
    expect(WatchSnapshot.parse((await next()).data).instances).toEqual([]);
    await register({ app: 'STOCK' });
    await register({ app: 'BILLING' });
    expect(WatchChange.parse((await next()).data).instance.service).toBe('billing');
  });

  test('resumes after Last-Event-ID with what was missed, of each instance the newest', async () => {
    const { url, register, leases } = served();
    await register({ app: 'ORDERS' });
    const seen = leases.version();
    await register({ app: 'BILLING' });
    leases.override('BILLING', 'host1:BILLING:8080', 'DOWN');
    const { next } = await watching(`${url}/watch`, { 'last-event-id': String(seen) });
    expect(await next()).toMatchObject({ event: 'change', id: leases.version() });
    await register({ app: 'STOCK' });
    expect((await next()).id).toBe(leases.version());
  });

  test.each(['1', 'x', '99999999999999'])(
    'sends a snapshot where the last event is not known (%s)',
    async (id) => {
      const { url } = served();
      const { next } = await watching(`${url}/watch`, { 'last-event-id': id });
      expect((await next()).event).toBe('snapshot');
    },
  );

  test('sends its first byte at once, even where nothing was missed', async () => {
    const { url, leases } = served();
    const headers = { 'last-event-id': String(leases.version()) };
    const reply = await fetch(`${url}/watch`, { headers });
    const reader = reply.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': resumed\n\n');
    await reader.cancel();
  });

  test('a heartbeat keeps a silent stream open', async () => {
    const { leases } = testRegistry();
    const watch = createWatch({
      leases,
      traffic: createTraffic(),
      onBreak() {},
      heartbeatMs: 5,
    });
    opened.push(() => watch.stop());
    const reader = watch.open(new Request('http://registry.test/watch')).body!.getReader();
    await reader.read();
    const { value } = (await reader.read()) as { value: Uint8Array };
    expect(new TextDecoder().decode(value)).toBe(': still here\n\n');
    await reader.cancel();
  });

  test('a snapshot that is read slowly comes whole, before the changes made meanwhile', async () => {
    const { register, watch, leases } = testRegistry();
    opened.push(() => watch.stop());
    for (let index = 0; index < 300; index += 1) {
      await register({ app: 'ORDERS', instanceId: `host${index}` });
    }
    const reply = watch.open(new Request('http://registry.test/watch'));
    leases.cancel('ORDERS', 'host0');
    leases.cancel('ORDERS', 'host1');
    const events = eventsOf(reply.body!);
    const heard = [(await events.next()).value!, (await events.next()).value!];
    expect(WatchSnapshot.parse(heard[0]!.data).instances).toHaveLength(300);
    expect(WatchChange.parse(heard[1]!.data).instance.id).toBe('host0');
    leases.cancel('ORDERS', 'host2');
    expect((await events.next()).value!.id).toBe(leases.version() - 1);
    expect((await events.next()).value!.id).toBe(leases.version());
    await events.return(undefined);
  });

  test('a watcher that does not read is dropped, the others hear everything', async () => {
    const { port, url, register, watch, leases } = served();
    const idle = connect(port, '127.0.0.1');
    opened.push(() => idle.destroy());
    await headOf(idle, 'GET /watch HTTP/1.1\r\nHost: registry\r\n\r\n');
    idle.pause();
    const { next } = await watching(`${url}/watch?service=last`);
    await next();
    expect(watch.watchers()).toBe(2);
    const metadata = { filler: 'x'.repeat(20_000) };
    for (let index = 0; watch.watchers() === 2 && index < 2000; index += 1) {
      await register({ app: 'BULK', metadata });
    }
    expect(watch.watchers()).toBe(1);
    await register({ app: 'LAST' });
    expect((await next()).id).toBe(leases.version());
  });
});

/** Sends a request by hand; resolves with the first bytes of the reply. */
function headOf(socket: Socket, request: string): Promise<unknown> {
  socket.write(request);
  return new Promise((resolve) => {
    socket.once('data', resolve);
  });
}

const here = (port: number) => ({
  app: 'ORDERS',
  instanceId: 'me',
  hostName: '127.0.0.1',
  ipAddr: '127.0.0.1',
  port: { $: port, '@enabled': 'true' },
  healthCheckUrl: `http://127.0.0.1:${port}/health/ready`,
});
const listening = () => {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      asked.push(new URL(request.url).pathname);
      return new Response('busy', { status: 503 });
    },
  });
  opened.push(() => server.stop(true));
  return { server, asked, port: server.port ?? 0 };
};

describe('a stream that breaks', () => {
  test('evicts its instance at once when that refuses connections, without a mark', async () => {
    const { url, register, leases } = served();
    const { server, port } = listening();
    await register({ ...here(port), lastDirtyTimestamp: 7 });
    const { next, leave } = await watching(`${url}/watch?instance=me`);
    const other = await watching(`${url}/watch`);
    await next();
    await other.next();
    await server.stop(true);
    leave();
    expect(WatchChange.parse((await other.next()).data)).toMatchObject({
      action: 'DELETED',
      instance: { id: 'me' },
    });
    await register({ ...here(port), lastDirtyTimestamp: 7 });
    expect(leases.find('ORDERS', 'me')).toBeDefined();
  });

  test('leaves an instance that answers anything', async () => {
    const { url, register, leases } = served();
    const { asked, port } = listening();
    await register(here(port));
    const { next, leave } = await watching(`${url}/watch?instance=me`);
    await next();
    leave();
    await until(() => asked.length > 0, { what: 'the probe' });
    expect(asked).toEqual(['/health/ready']);
    expect(leases.find('ORDERS', 'me')).toBeDefined();
  });

  test('asks nobody who has deregistered, and nobody when the registry itself stops', async () => {
    const registry = servedRegistry();
    const { asked, port } = listening();
    await registry.register(here(port));
    await registry.register({ ...here(port), instanceId: 'gone' });
    await watching(`${registry.url}/watch?instance=me`);
    const gone = await watching(`${registry.url}/watch?instance=gone`);
    registry.leases.cancel('ORDERS', 'gone');
    gone.leave();
    await until(() => registry.watch.watchers() === 1, { what: 'the end of one stream' });
    await registry.stop();
    expect(registry.watch.watchers()).toBe(0);
    expect(asked).toEqual([]);
  });

  test('an instance that does not answer in time stays until its lease runs out', async () => {
    const { leases, register } = testRegistry();
    await register(here(1));
    let asked = 0;
    const prober = createProber({
      leases,
      log: silentLog,
      fetch: () => {
        asked += 1;
        return Promise.reject(new DOMException('Too late', 'TimeoutError'));
      },
    });
    prober.check('me');
    await until(() => asked === 3, { what: 'the last attempt' });
    expect(leases.find('ORDERS', 'me')).toBeDefined();
  });

  test('only the host that an instance registered itself with is asked', () => {
    const { clock } = testClock();
    const url = (healthCheckUrl: string) =>
      probeUrl(instance({ ...here(8080), healthCheckUrl }, clock()));
    expect(url('http://127.0.0.1:9999/up')).toBe('http://127.0.0.1:9999/up');
    expect(url('http://169.254.169.254/secrets')).toBe('http://127.0.0.1:8080');
    expect(url('file:///etc/passwd')).toBe('http://127.0.0.1:8080');
    expect(url('')).toBe('http://127.0.0.1:8080');
  });
});
