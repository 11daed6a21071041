import { describe, expect, test } from 'bun:test';

import {
  bodyOf,
  everythingTo,
  exchange,
  get,
  headerOf,
  OK,
  rawUpstream,
  request,
  startGateway,
} from './test-rig.ts';
import { startWire } from './test-wire.ts';

const wire = startWire();

describe('the request body', () => {
  test('keeps its length', async () => {
    const { seen } = await wire.through(request('POST', '/x', ['Content-Length: 5'], 'hello'));
    expect(headerOf(seen, 'content-length')).toEqual(['5']);
    expect(headerOf(seen, 'transfer-encoding')).toEqual([]);
    expect(bodyOf(seen)).toBe('hello');
  });

  test('stays chunked', async () => {
    const body = '5\r\nhello\r\n0\r\n\r\n';
    const { seen } = await wire.through(
      request('POST', '/x', ['Transfer-Encoding: chunked'], body),
    );
    expect(headerOf(seen, 'content-length')).toEqual([]);
    expect(headerOf(seen, 'transfer-encoding')).toEqual(['chunked']);
    expect(bodyOf(seen)).toBe(body);
  });

  test('with its length said twice is sent on with it said once', async () => {
    const lengths = ['Content-Length: 2', 'Content-Length: 2'];
    const { seen } = await wire.through(request('POST', '/x', lengths, 'hi'));
    expect(headerOf(seen, 'content-length')).toEqual(['2']);
    expect(bodyOf(seen)).toBe('hi');
  });

  test('of a read is refused, because it would be lost', async () => {
    const { seen, status } = await wire.through(request('GET', '/x', ['Content-Length: 2'], 'hi'));
    expect([status, seen]).toEqual([400, '']);
  });

  test('framed in two ways never reaches the upstream', async () => {
    for (const headers of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: +5'],
      ['Transfer-Encoding: gzip, chunked'],
      ['Transfer-Encoding : chunked'],
    ]) {
      const { seen, status } = await wire.through(request('POST', '/x', headers, '0\r\n\r\nhello'));
      expect([headers, status, seen]).toEqual([headers, 400, '']);
    }
  });
});

describe('a request that two servers might read differently', () => {
  test.each([
    ['a folded header line', 'GET /x HTTP/1.1\r\nHost: gw\r\nX-A: 1\r\n 2\r\n\r\n', 400],
    ['a bare CR in a header', 'GET /x HTTP/1.1\r\nHost: gw\r\nX-A: 1\rX-B: 2\r\n\r\n', 400],
    ['lines that end in a bare LF', 'GET /x HTTP/1.1\nHost: gw\n\n', 505],
    ['a NUL in a header', 'GET /x HTTP/1.1\r\nHost: gw\r\nX-A: 1\0\r\n\r\n', 400],
    ['a space before the colon', 'GET /x HTTP/1.1\r\nHost : gw\r\n\r\n', 400],
    ['a version that is none', 'GET /x HTTP/1.2\r\nHost: gw\r\n\r\n', 505],
    ['no Host in HTTP/1.1', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET /x HTTP/1.0\r\n\r\n', 400],
  ])('for %s is refused', async (_, bytes, refused) => {
    const { seen, status } = await wire.through(bytes);
    expect([status, seen]).toEqual([refused, '']);
  });

  test.each([
    ['a last chunk that is none', '5\r\nhello\r\n0x\r\n\r\n'],
    ['bytes after a chunk', '5\r\nhelloXX0\r\n\r\n'],
    ['a chunk of negative length', '-5\r\nhello\r\n0\r\n\r\n'],
  ])('for %s is refused', async (_, body) => {
    const chunked = ['Transfer-Encoding: chunked'];
    const { seen, status } = await wire.through(request('POST', '/x', chunked, body));
    expect([status, seen]).toEqual([400, '']);
  });

  test('for an extension of a chunk goes on without it', async () => {
    const body = '5;a=b\r\nhello\r\n0\r\n\r\n';
    const { seen } = await wire.through(
      request('POST', '/x', ['Transfer-Encoding: chunked'], body),
    );
    expect(bodyOf(seen)).toBe('5\r\nhello\r\n0\r\n\r\n');
  });

  test('for trailers is refused, and no trailer reaches the upstream', async () => {
    const body = '5\r\nhello\r\n0\r\nX-T: smuggled\r\n\r\n';
    const headers = ['Transfer-Encoding: chunked', 'Trailer: X-T'];
    const { seen, status } = await wire.through(request('POST', '/x', headers, body));
    expect(status).toBe(400);
    expect(headerOf(seen, 'trailer')).toEqual([]);
    expect(seen).not.toInclude('smuggled');
  });

  test('for being one of two at once is not answered with the reply to the other', async () => {
    // Of their own: the first may still be on its way to the upstream when the client is let go.
    const upstream = await rawUpstream(OK);
    const gateway = startGateway({ routes: [everythingTo(upstream.url)] });
    const one = 'GET /one HTTP/1.1\r\nHost: gw\r\n\r\n';
    const reply = await exchange(gateway.port, one + get('/two'));
    await gateway.stop();
    upstream.close();
    // Bun drops both, which the README says.
    expect(reply).toBe('');
  });
});

describe('a head that is too large', () => {
  test('gets 431, by its bytes or by its fields', async () => {
    const many = Array.from({ length: 300 }, (_, n) => `X-${n}: 1`);
    for (const bytes of [get('/x', `X-Big: ${'a'.repeat(20_000)}`), get('/x', ...many)]) {
      const { seen, status } = await wire.through(bytes);
      expect([status, seen]).toEqual([431, '']);
    }
  });
});

describe('Expect: 100-continue', () => {
  test('is answered by the gateway and goes no further', async () => {
    const headers = ['Content-Length: 2', 'Expect: 100-continue'];
    const { reply, seen } = await wire.through(request('POST', '/x', headers, 'hi'));
    expect(reply).toStartWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n');
    expect(headerOf(seen, 'expect')).toEqual([]);
    expect(bodyOf(seen)).toBe('hi');
  });
});
