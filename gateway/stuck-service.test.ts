import { afterEach, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';

import { until } from 'platform/testing';

import { UpstreamsView } from './contract.ts';
import { get, headerOf, OK, rawUpstream, startGateway, statusOf } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

/** What a process can have under way; more than that is asked of the stuck service. */
const LIMIT = 256;
const STUCK = 300;
const QUARTER = LIMIT / 4;

/** A gateway with a service that does as `stuck` says and one that answers at once. */
async function start(stuck: Parameters<typeof rawUpstream>[0]) {
  const [bad, good] = [await rawUpstream(stuck), await rawUpstream(OK)];
  const gateway = startGateway({
    requestLimit: LIMIT,
    routes: [
      {
        id: 'stuck',
        match: { path: '/stuck' },
        upstream: { service: 'stuck', addresses: [bad.url] },
      },
      { id: 'good', match: { path: '/good' }, upstream: good.url },
    ],
  });
  const sockets = new Set<Socket>();
  const leave = () => {
    for (const socket of sockets) socket.destroy();
  };
  cleanUp.push(good.close, bad.close, gateway.stop, leave);
  const replies: string[] = [];
  // By sockets: this process, too, can have but so many fetches under way.
  const askStuck = () => {
    for (let n = 0; n < STUCK; n += 1) {
      const socket = connect(gateway.port, '127.0.0.1', () => socket.write(get('/stuck')));
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', (chunk) => replies.push(chunk.toString('latin1')));
    }
  };
  const bulkhead = async () => {
    const reply = await fetch(`${gateway.url}/gateway/upstreams`);
    const { upstreams } = UpstreamsView.parse(await reply.json());
    return upstreams.find(({ name }) => name === 'stuck')?.bulkhead;
  };
  const expectGoodAnswers = async () => {
    const asked = Array.from({ length: 50 }, () => fetch(`${gateway.url}/good`));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  };
  return { bad, replies, askStuck, bulkhead, expectGoodAnswers, leave };
}

test('a service that hangs all its requests does not hold up another one', async () => {
  const { bad, replies, askStuck, bulkhead, expectGoodAnswers } = await start(() => undefined);
  askStuck();
  await until(() => replies.length === STUCK - 2 * QUARTER && bad.requests.length === QUARTER);
  expect(await bulkhead()).toEqual({
    running: QUARTER,
    concurrent: QUARTER,
    queued: QUARTER,
    waiting: QUARTER,
  });
  await expectGoodAnswers();
  const [refused = ''] = replies;
  expect(statusOf(refused)).toBe(503);
  expect(headerOf(refused, 'retry-after')).toEqual(['1']);
  expect(refused).toContain('"type":"/problems/service-overloaded"');
});

test('a service whose replies never end does not hold up another one', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhel';
  const { askStuck, bulkhead, expectGoodAnswers } = await start(head);
  askStuck();
  await until(async () => (await bulkhead())?.queued === QUARTER);
  await expectGoodAnswers();
});

test('clients that leave give their places back', async () => {
  const { askStuck, bulkhead, leave } = await start(() => undefined);
  askStuck();
  await until(async () => (await bulkhead())?.queued === QUARTER);
  leave();
  await until(async () => {
    const { running, queued } = (await bulkhead()) ?? {};
    return running === 0 && queued === 0;
  });
});
