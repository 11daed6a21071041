import { describe, expect, test } from 'bun:test';

import {
  everythingTo,
  exchange,
  get,
  headerOf,
  OK,
  request,
  startGateway,
  statusOf,
} from './test-rig.ts';
import { startWire } from './test-wire.ts';

const wire = startWire();

describe('the Host header', () => {
  test('that is repeated or no host is refused with a problem', async () => {
    for (const host of [
      ['Host: a', 'Host: b'],
      ['Host: a/b'],
      ['Host: u:p@h'],
      ['Host: a b'],
      ['Host:'],
      ['Host: a:65536'],
    ]) {
      const { seen, status } = await wire.through(get('/x', ...host));
      expect([host, status, seen]).toEqual([host, 400, '']);
    }
  });

  test('may be an IPv6 address', async () => {
    expect((await wire.through(get('/x', 'Host: [::1]:8888'))).status).toBe(200);
  });

  test('leads to its route however it is spelled', async () => {
    const match = { path: '/**', host: 'shop.example' };
    const gateway = startGateway({ routes: [{ ...everythingTo(wire.upstream.url), match }] });
    for (const host of ['shop.example', 'Shop.Example:8080', 'shop.example.', 'shop.example.:80'])
      expect(statusOf(await exchange(gateway.port, get('/x', `Host: ${host}`)))).toBe(200);
    expect(statusOf(await exchange(gateway.port, get('/x', 'Host: a.shop.example')))).toBe(404);
    await gateway.stop();
  });
});

describe('a method', () => {
  test('that everybody knows reaches the upstream', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
      wire.upstream.requests.length = 0;
      wire.answerWith(method === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' : OK);
      expect((await wire.through(request(method, '/x'))).seen).toStartWith(`${method} /x `);
    }
  });

  test('that is not sent on gets 501', async () => {
    for (const method of ['TRACE', 'PURGE', 'QUERY', 'PROPFIND']) {
      const { seen, status } = await wire.through(request(method, '/x'));
      expect([method, status, seen]).toEqual([method, 501, '']);
    }
  });

  test('that is made up ends the connection and never reaches the upstream', async () => {
    for (const method of ['FOO', 'get']) {
      const { reply, seen } = await wire.through(request(method, '/x'));
      expect([method, reply, seen]).toEqual([method, '', '']);
    }
  });

  test.each(['a.example:443', '/x'])('CONNECT %s opens no tunnel and gets 501', async (target) => {
    const { seen, status } = await wire.through(request('CONNECT', target));
    expect([status, seen]).toEqual([501, '']);
  });

  test('OPTIONS is handed on as often as it says (RFC 9110 §7.6.2)', async () => {
    const once = await wire.through(request('OPTIONS', '/x', ['Max-Forwards: 1']));
    expect(headerOf(once.seen, 'max-forwards')).toEqual(['0']);
    const never = await wire.through(request('OPTIONS', '/x', ['Max-Forwards: 0']));
    expect([never.status, never.seen]).toEqual([204, '']);
    expect(headerOf(never.reply, 'allow')[0]).toContain('OPTIONS');
    const odd = await wire.through(request('OPTIONS', '/x', ['Max-Forwards: x']));
    expect([odd.status, headerOf(odd.seen, 'max-forwards')]).toEqual([200, ['x']]);
  });
});
