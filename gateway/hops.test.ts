import { afterEach, expect, test } from 'bun:test';

import { contract, json } from 'platform/contract';
import { fixedDiscovery } from 'platform/discovery';
import { feign } from 'platform/feign';
import { implement } from 'platform/implement';
import { z } from 'zod';

import { startGateway } from './test-rig.ts';

const Answer = z.object({ leftMs: z.number() });
const operations = {
  read: { method: 'get', path: '/things', responses: { 200: json(Answer) } },
  write: { method: 'post', path: '/things', responses: { 200: json(Answer) } },
} as const;
const front = contract('front-service', operations);
const back = contract('back-service', operations);

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

test('a read that the browser drops ends at the service and at the one behind it', async () => {
  const { url, atBack } = startHops();
  const browser = new AbortController();
  const read = fetch(url, { signal: browser.signal });
  const { signal } = await atBack.promise;
  browser.abort();
  expect(read).rejects.toThrow();
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(signal.aborted).toBe(true);
});

test('a write that the browser drops is seen through, at the service and behind it', async () => {
  const { url, atBack, atFront, answer } = startHops();
  const browser = new AbortController();
  const write = fetch(url, { method: 'POST', signal: browser.signal });
  const { signal } = await atBack.promise;
  browser.abort();
  expect(write).rejects.toThrow();
  const { gone } = await atFront.promise;
  await gone;
  answer();
  expect(await (await atFront.promise).outcome).toEqual({ leftMs: 0 });
  expect(signal.aborted).toBe(false);
});

test('the time that a caller gives gets shorter from hop to hop', async () => {
  const { url, answer, atBack } = startHops();
  const reply = fetch(url, { headers: { 'x-request-timeout-ms': '4000' } });
  const { leftMs } = await atBack.promise;
  answer();
  expect((await reply).status).toBe(200);
  expect(leftMs).toBeWithin(1, 4000);
});

/** The gateway, a service, and one more behind that, which answers when it is told to. */
function startHops() {
  const atFront = Promise.withResolvers<{ gone: Promise<unknown>; outcome: Promise<unknown> }>();
  const atBack = Promise.withResolvers<{ signal: AbortSignal; leftMs: number }>();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const last = async () => {
    await mayAnswer;
    return { leftMs: 0 };
  };
  const backApp = implement(back, { read: last, write: last });
  const backUrl = listen((request) => {
    const leftMs = Number(request.headers.get('x-request-timeout-ms'));
    atBack.resolve({ signal: request.signal, leftMs });
    return backApp.fetch(request);
  });
  const client = feign(back, { discovery: fixedDiscovery({ [back.service]: [backUrl] }) });
  const hand =
    (call: () => Promise<z.output<typeof Answer>>) =>
    (_: object, { signal }: { signal: AbortSignal }) => {
      const outcome = call();
      const gone = new Promise((resolve) => signal.addEventListener('abort', resolve));
      atFront.resolve({ gone, outcome });
      return outcome;
    };
  const app = implement(front, {
    read: hand(() => client.read()),
    write: hand(() => client.write()),
  });
  const frontUrl = listen((request) => app.fetch(request));
  const gateway = startGateway({
    mode: 'registry',
    discovery: fixedDiscovery({ [front.service]: [frontUrl] }),
  });
  cleanUp.push(answer, gateway.stop);
  return { url: `${gateway.url}/${front.service}/things`, atFront, atBack, answer };
}

function listen(fetch: (request: Request) => Response | Promise<Response>): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch });
  cleanUp.push(() => server.stop(true));
  return server.url.origin;
}
