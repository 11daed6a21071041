import { describe, expect, test } from 'bun:test';

import { everythingTo, exchange, get, headerOf, startGateway } from './test-rig.ts';
import { startWire } from './test-wire.ts';

const wire = startWire();

describe('request headers', () => {
  test('of one connection do not reach the next (RFC 9110 §7.6.1)', async () => {
    const { seen } = await wire.through(
      get(
        '/x',
        'Connection: close, X-Mine',
        'X-Mine: 1',
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic eA==',
        'TE: trailers',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
        'Expect: banana',
      ),
    );
    for (const name of [
      'x-mine',
      'keep-alive',
      'proxy-connection',
      'proxy-authorization',
      'te',
      'upgrade',
      'http2-settings',
      'expect',
    ])
      expect([name, headerOf(seen, name)]).toEqual([name, []]);
    expect(headerOf(seen, 'connection')).toEqual(['keep-alive']);
  });

  test('named by Connection cannot take away what the gateway sets', async () => {
    const { seen } = await wire.through(
      get('/x', 'Connection: close, X-Forwarded-For, Forwarded, Via, X-Request-Id, Host'),
    );
    expect(headerOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(headerOf(seen, 'forwarded')).toEqual(['for=127.0.0.1;host="gw";proto=http']);
    expect(headerOf(seen, 'via')[0]).toMatch(/^1\.1 comptoir-/);
    expect(headerOf(seen, 'x-request-id')).toHaveLength(1);
    expect(headerOf(seen, 'host')).toEqual([`127.0.0.1:${wire.upstream.port}`]);
  });

  test('that pretend to be forwarding headers are not believed', async () => {
    const { seen } = await wire.through(
      get(
        '/x',
        'Host: shop.example:8080',
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Port: 1',
        'X-Forwarded-Prefix: /evil',
        'X-Forwarded-Server: evil',
        'X_Forwarded_For: 6.6.6.6',
        'X-Real-IP: 6.6.6.6',
        'Forwarded: for=6.6.6.6',
      ),
    );
    expect(headerOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(headerOf(seen, 'x-forwarded-host')).toEqual(['shop.example:8080']);
    expect(headerOf(seen, 'x-forwarded-proto')).toEqual(['http']);
    expect(headerOf(seen, 'x-forwarded-port')).toEqual(['8080']);
    expect(headerOf(seen, 'forwarded')).toEqual([
      'for=127.0.0.1;host="shop.example:8080";proto=http',
    ]);
    for (const name of ['x-forwarded-prefix', 'x-forwarded-server', 'x_forwarded_for', 'x-real-ip'])
      expect([name, headerOf(seen, name)]).toEqual([name, []]);
  });

  test('of a trusted proxy are believed and added to', async () => {
    const behind = startGateway({
      routes: [everythingTo(wire.upstream.url)],
      trusted: '127.0.0.0/8, ::1',
    });
    await exchange(
      behind.port,
      get('/x', 'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-Proto: https', 'Forwarded: for=1.2.3.4'),
    );
    await behind.stop();
    const [seen = ''] = wire.upstream.requests;
    expect(headerOf(seen, 'x-forwarded-for')).toEqual(['1.2.3.4, 127.0.0.1']);
    expect(headerOf(seen, 'x-forwarded-proto')).toEqual(['https']);
    expect(headerOf(seen, 'forwarded')).toEqual([
      'for=1.2.3.4, for=127.0.0.1;host="gw";proto=http',
    ]);
  });

  test('name who asks only when a trusted proxy says so', async () => {
    const named = get(
      '/x',
      'X-Forwarded-User: h\u00c3\u00a9l\u00c3\u00a8ne',
      'X_Forwarded_User: eve',
    );
    const { seen: direct } = await wire.through(named);
    expect(direct.toLowerCase()).not.toMatch(/forwarded.user/);
    wire.upstream.requests.length = 0;
    const behind = startGateway({
      routes: [everythingTo(wire.upstream.url)],
      trusted: '127.0.0.1',
    });
    await exchange(behind.port, named);
    await behind.stop();
    const [seen = ''] = wire.upstream.requests;
    expect(headerOf(seen, 'x-forwarded-user')).toEqual(['h\u00c3\u00a9l\u00c3\u00a8ne']);
    expect(seen).not.toInclude('eve');
  });

  test('of several cookies arrive as one (RFC 6265 §5.4)', async () => {
    const { seen } = await wire.through(get('/x', 'Cookie: a=1', 'Cookie: b=2'));
    expect(headerOf(seen, 'cookie')).toEqual(['a=1; b=2']);
  });

  test('that the client did not send are not made up', async () => {
    const { seen } = await wire.through(get('/x'));
    for (const name of ['accept', 'accept-encoding', 'content-length', 'user-agent'])
      expect([name, headerOf(seen, name)]).toEqual([name, []]);
  });

  test('carry the request id and the trace that came, or new ones', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = await wire.through(
      get('/x', 'X-Request-Id: abc-1', `Traceparent: ${traceparent}`),
    );
    expect(headerOf(sent.seen, 'x-request-id')).toEqual(['abc-1']);
    expect(headerOf(sent.reply, 'x-request-id')).toEqual(['abc-1']);
    expect(headerOf(sent.seen, 'traceparent')).toEqual([traceparent]);
    wire.upstream.requests.length = 0;
    const made = await wire.through(get('/x', 'X-Request-Id: not valid!'));
    expect(headerOf(made.seen, 'x-request-id')[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headerOf(made.seen, 'traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('carry the state of the trace that came, and of no other', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const others = ['Tracestate: a=1', 'Baggage: user=ann'];
    const kept = await wire.through(get('/x', `Traceparent: ${traceparent}`, ...others));
    expect(headerOf(kept.seen, 'tracestate')).toEqual(['a=1']);
    wire.upstream.requests.length = 0;
    const another = await wire.through(get('/x', 'Traceparent: 00-what-is-this', ...others));
    expect(headerOf(another.seen, 'tracestate')).toEqual([]);
    expect(headerOf(another.seen, 'baggage')).toEqual(['user=ann']);
  });
});
