import { expect, test } from 'bun:test';

import { createApp } from './app.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { serve } from './service.ts';

type StartOptions = { ready?: () => boolean; events?: string[]; drainMs?: number };

function start(options: StartOptions = {}) {
  const metrics = createMetrics();
  const events = options.events ?? [];
  const app = createApp({ log: silentLog, metrics });
  const slow = Promise.withResolvers<void>();
  app.get('/slow', async (c) => {
    events.push('asked');
    await slow.promise;
    return c.text('done');
  });
  const service = serve({
    app,
    log: silentLog,
    metrics,
    config: { HOST: '127.0.0.1', PORT: 0 },
    ready: options.ready ?? (() => true),
    drainMs: options.drainMs ?? 10_000,
    register: (port) => ({
      start: () => events.push(port > 0 ? 'registered' : 'no port'),
      stop: async () => void events.push('deregistered'),
    }),
    close: async () => void events.push('closed'),
  });
  return { service, events, slow, url: service.server.url.origin };
}

test('serve() says that it lives, whether it is ready, and how it is used', async () => {
  let ready = false;
  const { service, url } = start({ ready: () => ready });
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  ready = true;
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('http_server_request_duration_seconds_count');
  await service.stop();
});

test('stop() deregisters, finishes what runs, and closes last', async () => {
  const { service, events, slow, url } = start();
  const running = fetch(`${url}/slow`).then((response) => response.text());
  while (!events.includes('asked')) await Bun.sleep(1);
  const stopped = service.stop();
  slow.resolve();
  expect(await running).toBe('done');
  await stopped;
  expect(events).toEqual(['registered', 'asked', 'deregistered', 'closed']);
  expect(fetch(`${url}/health/live`)).rejects.toThrow();
});

test('stop() waits for what runs no longer than it may', async () => {
  const { service, events, url } = start({ drainMs: 20 });
  const running = fetch(`${url}/slow`).catch(() => 'cut off');
  while (!events.includes('asked')) await Bun.sleep(1);
  await service.stop();
  expect(events.at(-1)).toBe('closed');
  await service.server.stop(true);
  expect(await running).toBe('cut off');
});

test('stop() is one stop, however often it is asked for', async () => {
  const { service, events } = start();
  await Promise.all([service.stop(), service.stop()]);
  expect(events).toEqual(['registered', 'deregistered', 'closed']);
});

test('a port that is taken ends the process with one line that says what to do', async () => {
  const { service } = start();
  const program = `
    import { createApp } from '${import.meta.dir}/app.ts';
    import { silentLog as log } from '${import.meta.dir}/log.ts';
    import { serve } from '${import.meta.dir}/service.ts';
    serve({ app: createApp({ log }), log, config: { HOST: '127.0.0.1', PORT: ${service.server.port} } });
  `;
  const child = Bun.spawn([process.execPath, '-e', program], { stderr: 'pipe' });
  expect(await child.stderr.text()).toMatch(
    /^Cannot listen on 127\.0\.0\.1:\d+: .*choose another with PORT\n$/,
  );
  expect(await child.exited).toBe(1);
  await service.stop();
});
