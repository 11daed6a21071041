import { describe, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import {
  bodyOf,
  everythingTo,
  exchange,
  freePort,
  get,
  headerOf,
  request,
  startGateway,
  statusOf,
} from './test-rig.ts';
import { startWire } from './test-wire.ts';

const wire = startWire();

describe('the reply', () => {
  test('loses what belongs to the connection of the upstream', async () => {
    wire.answerWith(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n' +
        'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nTrailer: X-T\r\nContent-Type: text/plain\r\n' +
        'Content-Length: 2\r\n\r\nok',
    );
    const { reply } = await wire.through(get('/x'));
    for (const name of ['x-mine', 'keep-alive', 'proxy-authenticate', 'upgrade', 'trailer'])
      expect([name, headerOf(reply, name)]).toEqual([name, []]);
    expect(bodyOf(reply)).toBe('ok');
  });

  test('keeps its cookies apart', async () => {
    wire.answerWith(
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT\r\n' +
        'Set-Cookie: b=2\r\nContent-Length: 0\r\n\r\n',
    );
    expect(headerOf((await wire.through(get('/x'))).reply, 'set-cookie')).toEqual([
      'a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT',
      'b=2',
    ]);
  });

  test('that is compressed passes untouched', async () => {
    const bytes = Buffer.from(Bun.gzipSync('hello')).toString('latin1');
    wire.answerWith(
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: "x"\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes}`,
    );
    const { reply } = await wire.through(get('/x', 'Accept-Encoding: gzip'));
    expect(headerOf(reply, 'content-encoding')).toEqual(['gzip']);
    expect(headerOf(reply, 'etag')).toEqual(['"x"']);
    expect(bodyOf(reply)).toBe(bytes);
  });

  test('that redirects is not followed', async () => {
    wire.answerWith(
      `HTTP/1.1 302 Found\r\nLocation: http://internal.example/\r\nContent-Length: 0\r\n\r\n`,
    );
    const { reply, status } = await wire.through(get('/x'));
    expect(status).toBe(302);
    expect(headerOf(reply, 'location')).toEqual(['http://internal.example/']);
  });

  test('to HEAD, and those without a body, keep the length that they speak of', async () => {
    wire.answerWith('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n');
    const head = await wire.through(request('HEAD', '/x'));
    expect([headerOf(head.reply, 'content-length'), bodyOf(head.reply)]).toEqual([['1234'], '']);
    wire.answerWith('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n');
    expect((await wire.through(get('/x'))).status).toBe(304);
    wire.answerWith('HTTP/1.1 204 No Content\r\n\r\n');
    const none = await wire.through(get('/x'));
    expect([none.status, bodyOf(none.reply)]).toEqual([204, '']);
  });

  test('to HEAD says no length where the upstream said none', async () => {
    for (const framing of ['', 'Transfer-Encoding: chunked\r\n']) {
      wire.answerWith(`HTTP/1.1 200 OK\r\n${framing}Content-Type: text/plain\r\n\r\n`);
      const { reply } = await wire.through(request('HEAD', '/x'));
      expect([headerOf(reply, 'content-length'), bodyOf(reply)]).toEqual([[], '']);
    }
  });

  test('without a type stays without one', async () => {
    wire.answerWith('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const { reply } = await wire.through(get('/x'));
    expect(headerOf(reply, 'content-type')).toEqual([]);
    expect(bodyOf(reply)).toContain('ok');
  });

  test('that makes no sense is 502', async () => {
    for (const bytes of [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'HTTP/1.1 700 Odd\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello',
    ]) {
      wire.answerWith(bytes);
      const { reply, status } = await wire.through(request('POST', '/x'));
      expect([bytes, status]).toEqual([bytes, 502]);
      expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/bad-gateway' });
    }
  });

  test('comes with none of the words that go before or after it', async () => {
    for (const bytes of [
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
    ]) {
      wire.answerWith(bytes);
      const { reply, status } = await wire.through(get('/x'));
      expect([status, bodyOf(reply)]).toEqual([200, 'ok']);
      expect(reply).not.toMatch(/103|trailer|x-t:/i);
    }
  });

  test('framed in an odd way is framed anew, never in two ways', async () => {
    for (const head of [
      'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      'Content-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    ]) {
      wire.answerWith(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${head}`);
      const { reply } = await wire.through(get('/x'));
      expect(headerOf(reply, 'content-length')).toEqual(['2']);
      expect(headerOf(reply, 'transfer-encoding')).toEqual([]);
      expect(bodyOf(reply)).toBe('ok');
    }
  });

  test('cannot say more than one header in a line', async () => {
    for (const line of ['X-A: a\rSet-Cookie: evil=1', 'X-A: a\r\n Set-Cookie: evil=1']) {
      wire.answerWith(`HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nok`);
      const { reply, status } = await wire.through(request('POST', '/x'));
      expect([status, headerOf(reply, 'set-cookie')]).toEqual([502, []]);
    }
  });

  test('with a head beyond measure is 502, and its rest is not waited for', async () => {
    const head = `X-Big: ${'a'.repeat(300_000)}\r\nContent-Type: text/plain`;
    wire.answerWith(`HTTP/1.1 200 OK\r\n${head}\r\nContent-Length: 100\r\n\r\nok`);
    expect((await wire.through(request('POST', '/x'))).status).toBe(502);
    await until(() => wire.upstream.sockets.size === 0, {
      what: 'the end of the upstream request',
    });
  });

  test('of a status that nobody knows passes', async () => {
    wire.answerWith('HTTP/1.1 499 Odd\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok');
    expect((await wire.through(get('/x'))).status).toBe(499);
  });

  test('cannot have the gateway drop what the gateway sets', async () => {
    wire.answerWith(
      'HTTP/1.1 200 OK\r\nConnection: X-Request-Id, Content-Type, Content-Length\r\n' +
        'Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nok',
    );
    const { reply } = await wire.through(get('/x', 'X-Request-Id: r-1'));
    expect(headerOf(reply, 'x-request-id')).toEqual(['r-1']);
    expect(headerOf(reply, 'content-type')).toEqual(['text/plain']);
    expect(bodyOf(reply)).toBe('ok');
  });

  test('of a route that leads back to the gateway is 508', async () => {
    const port = await freePort();
    const turning = startGateway({ routes: [everythingTo(`http://127.0.0.1:${port}`)], port });
    const reply = await exchange(port, get('/x'));
    await turning.stop();
    expect(statusOf(reply)).toBe(508);
    expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/loop-detected' });
  });

  test('of a request that ten proxies have passed on is 508', async () => {
    const via = `Via: ${Array.from({ length: 10 }, () => '1.1 x').join(', ')}`;
    const { seen, status } = await wire.through(get('/x', via));
    expect([status, seen]).toEqual([508, '']);
  });
});
