import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';

import {
  bodyOf,
  everythingTo,
  exchange,
  freePort,
  get,
  headerOf,
  OK,
  rawUpstream,
  request,
  startGateway,
  statusOf,
  targetOf,
} from './test-rig.ts';

type Upstream = Awaited<ReturnType<typeof rawUpstream>>;
let upstream: Upstream;
let gateway: ReturnType<typeof startGateway>;
/** What the upstream answers next, in bytes. */
let answer = OK;

beforeAll(async () => {
  upstream = await rawUpstream((socket) => void socket.write(answer, 'latin1'));
  gateway = startGateway({ routes: [everythingTo(upstream.url)] });
});
afterAll(async () => {
  await gateway.stop();
  upstream.close();
});
afterEach(() => {
  upstream.requests.length = 0;
  answer = OK;
});

/** Sends a request through the gateway; gives back both sides as they were on the wire. */
async function through(bytes: string) {
  const reply = await exchange(gateway.port, bytes);
  return { reply, seen: upstream.requests[0] ?? '', status: statusOf(reply) };
}

describe('the path', () => {
  test('reaches the upstream byte for byte when it is clean', async () => {
    for (const target of [
      '/a/b?x=1&y=%2F',
      '/a%2Fb',
      '/a;v=1/b',
      "/a!$&'()*+,=:@~",
      '/a?',
      '/a?b?c',
    ]) {
      const { seen } = await through(get(target));
      upstream.requests.length = 0;
      expect(targetOf(seen)).toBe(target);
    }
  });

  test('with dot segments is resolved before it is matched and sent on', async () => {
    expect(targetOf((await through(get('/a/../b/./c'))).seen)).toBe('/b/c');
  });

  test('with encoded dot segments is resolved before it is matched and sent on', async () => {
    expect(targetOf((await through(get('/a/%2e%2E/b'))).seen)).toBe('/b');
  });

  test('is refused with 400 and a problem when servers could read it differently', async () => {
    for (const target of [
      '//admin',
      '/a//b',
      '/a%00b',
      '/a%5Cb',
      '/a/..;/b',
      '/a%2f..%2fb',
      '/%zz',
    ]) {
      const { reply, seen, status } = await through(get(target));
      expect([target, status, seen]).toEqual([target, 400, '']);
      expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/bad-path', status: 400 });
    }
  });

  test('of an absolute-form target goes by the path, not by its authority', async () => {
    const { seen } = await through(get('http://other.example/a?b=1'));
    expect(targetOf(seen)).toBe('/a?b=1');
    expect(headerOf(seen, 'x-forwarded-host')).toEqual(['gw']);
  });
});

describe('a route that names only one path', () => {
  let guarded: ReturnType<typeof startGateway>;
  beforeAll(() => {
    const only = { ...everythingTo(upstream.url), match: { path: '/open/**' } };
    guarded = startGateway({ routes: [only] });
  });
  afterAll(() => guarded.stop());

  test('cannot be left by any spelling of the path', async () => {
    const targets = [
      '//admin',
      '/%2e%2e/admin',
      '/open/../admin',
      '/open/%2e%2e/admin',
      '/open/..;/admin',
      '/open/..%2fadmin',
      '/open%2f..%2fadmin',
      '/open\\..\\admin',
      '/open/..%5cadmin',
      '/OPEN/admin',
      '/opened',
      '/open%2Fadmin',
    ];
    for (const target of targets) {
      const reply = await exchange(guarded.port, get(target));
      expect([target, upstream.requests.length]).toEqual([target, 0]);
      expect([400, 404]).toContain(statusOf(reply));
    }
  });
});

describe('a stripped prefix', () => {
  let stripping: ReturnType<typeof startGateway>;
  beforeAll(() => {
    const route = everythingTo(upstream.url, { stripPrefix: 1 });
    stripping = startGateway({ routes: [{ ...route, match: { path: '/svc/**' } }] });
  });
  afterAll(() => stripping.stop());

  test('is gone at the upstream, which is told of it', async () => {
    for (const [target, sent] of [
      ['/svc/a/b?c', '/a/b?c'],
      ['/svc', '/'],
      ['/svc/', '/'],
      ['/svc?x', '/?x'],
      ['/svc/svc/a', '/svc/a'],
    ] as const) {
      upstream.requests.length = 0;
      await exchange(stripping.port, get(target));
      expect(targetOf(upstream.requests[0] ?? '')).toBe(sent);
      expect(headerOf(upstream.requests[0] ?? '', 'x-forwarded-prefix')).toEqual(['/svc']);
    }
  });

  test('comes back in Location, whether a path or an address of the upstream', async () => {
    for (const [location, expected] of [
      ['/customers/1', '/svc/customers/1'],
      [`${upstream.url}/customers/1`, '/svc/customers/1'],
      ['/svc/customers/1', '/svc/customers/1'],
      ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
      ['//elsewhere.example/x', '//elsewhere.example/x'],
    ] as const) {
      answer = `HTTP/1.1 201 Created\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
      expect(headerOf(await exchange(stripping.port, get('/svc/x')), 'location')).toEqual([
        expected,
      ]);
    }
  });
});

describe('request headers', () => {
  test('of one connection do not reach the next (RFC 9110 §7.6.1)', async () => {
    const { seen } = await through(
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
    const { seen } = await through(
      get('/x', 'Connection: close, X-Forwarded-For, Forwarded, Via, X-Request-Id, Host'),
    );
    expect(headerOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(headerOf(seen, 'forwarded')).toEqual(['for=127.0.0.1;host="gw";proto=http']);
    expect(headerOf(seen, 'via')[0]).toMatch(/^1\.1 comptoir-/);
    expect(headerOf(seen, 'x-request-id')).toHaveLength(1);
    expect(headerOf(seen, 'host')).toEqual([`127.0.0.1:${upstream.port}`]);
  });

  test('that pretend to be forwarding headers are not believed', async () => {
    const { seen } = await through(
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
      routes: [everythingTo(upstream.url)],
      trusted: '127.0.0.0/8, ::1',
    });
    await exchange(
      behind.port,
      get('/x', 'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-Proto: https', 'Forwarded: for=1.2.3.4'),
    );
    await behind.stop();
    const [seen = ''] = upstream.requests;
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
    const { seen: direct } = await through(named);
    expect(direct.toLowerCase()).not.toMatch(/forwarded.user/);
    upstream.requests.length = 0;
    const behind = startGateway({ routes: [everythingTo(upstream.url)], trusted: '127.0.0.1' });
    await exchange(behind.port, named);
    await behind.stop();
    const [seen = ''] = upstream.requests;
    expect(headerOf(seen, 'x-forwarded-user')).toEqual(['h\u00c3\u00a9l\u00c3\u00a8ne']);
    expect(seen).not.toInclude('eve');
  });

  test('that the client did not send are not made up', async () => {
    const { seen } = await through(get('/x'));
    expect(headerOf(seen, 'accept-encoding')).toEqual(['identity']);
    expect(headerOf(seen, 'user-agent')).toEqual(['']);
  });

  test('carry the request id and the trace that came, or new ones', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = await through(get('/x', 'X-Request-Id: abc-1', `Traceparent: ${traceparent}`));
    expect(headerOf(sent.seen, 'x-request-id')).toEqual(['abc-1']);
    expect(headerOf(sent.reply, 'x-request-id')).toEqual(['abc-1']);
    expect(headerOf(sent.seen, 'traceparent')).toEqual([traceparent]);
    upstream.requests.length = 0;
    const made = await through(get('/x', 'X-Request-Id: not valid!'));
    expect(headerOf(made.seen, 'x-request-id')[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headerOf(made.seen, 'traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('the request body', () => {
  test('keeps its length', async () => {
    const { seen } = await through(request('POST', '/x', ['Content-Length: 5'], 'hello'));
    expect(headerOf(seen, 'content-length')).toEqual(['5']);
    expect(headerOf(seen, 'transfer-encoding')).toEqual([]);
    expect(bodyOf(seen)).toBe('hello');
  });

  test('stays chunked', async () => {
    const body = '5\r\nhello\r\n0\r\n\r\n';
    const { seen } = await through(request('POST', '/x', ['Transfer-Encoding: chunked'], body));
    expect(headerOf(seen, 'content-length')).toEqual([]);
    expect(headerOf(seen, 'transfer-encoding')).toEqual(['chunked']);
    expect(bodyOf(seen)).toBe(body);
  });

  test('with its length said twice is sent on with it said once', async () => {
    const lengths = ['Content-Length: 2', 'Content-Length: 2'];
    const { seen } = await through(request('POST', '/x', lengths, 'hi'));
    expect(headerOf(seen, 'content-length')).toEqual(['2']);
    expect(bodyOf(seen)).toBe('hi');
  });

  test('of a read is refused, because it would be lost', async () => {
    const { seen, status } = await through(request('GET', '/x', ['Content-Length: 2'], 'hi'));
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
      const { seen, status } = await through(request('POST', '/x', headers, '0\r\n\r\nhello'));
      expect([headers, status, seen]).toEqual([headers, 400, '']);
    }
  });
});

describe('the Host header', () => {
  test('that is repeated or no host is refused with a problem', async () => {
    for (const host of [
      ['Host: a', 'Host: b'],
      ['Host: a/b'],
      ['Host: u:p@h'],
      ['Host: a b'],
      ['Host:'],
    ]) {
      const { seen, status } = await through(get('/x', ...host));
      expect([host, status, seen]).toEqual([host, 400, '']);
    }
  });

  test('may be an IPv6 address', async () => {
    expect((await through(get('/x', 'Host: [::1]:8888'))).status).toBe(200);
  });
});

describe('a method', () => {
  test('that everybody knows reaches the upstream', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
      upstream.requests.length = 0;
      answer = method === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' : OK;
      expect((await through(request(method, '/x'))).seen).toStartWith(`${method} /x `);
    }
  });

  test('that is not sent on gets 501', async () => {
    for (const method of ['TRACE', 'PURGE', 'QUERY', 'PROPFIND']) {
      const { seen, status } = await through(request(method, '/x'));
      expect([method, status, seen]).toEqual([method, 501, '']);
    }
  });

  test('CONNECT opens no tunnel', async () => {
    const { seen, status } = await through(request('CONNECT', 'a.example:1'));
    expect(seen).toBe('');
    expect([400, 405, 501]).toContain(status);
  });
});

describe('the reply', () => {
  test('loses what belongs to the connection of the upstream', async () => {
    answer =
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n' +
      'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nTrailer: X-T\r\nContent-Type: text/plain\r\n' +
      'Content-Length: 2\r\n\r\nok';
    const { reply } = await through(get('/x'));
    for (const name of ['x-mine', 'keep-alive', 'proxy-authenticate', 'upgrade', 'trailer'])
      expect([name, headerOf(reply, name)]).toEqual([name, []]);
    expect(bodyOf(reply)).toBe('ok');
  });

  test('keeps its cookies apart', async () => {
    answer =
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT\r\n' +
      'Set-Cookie: b=2\r\nContent-Length: 0\r\n\r\n';
    expect(headerOf((await through(get('/x'))).reply, 'set-cookie')).toEqual([
      'a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT',
      'b=2',
    ]);
  });

  test('that is compressed passes untouched', async () => {
    const bytes = Buffer.from(Bun.gzipSync('hello')).toString('latin1');
    answer = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: "x"\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes}`;
    const { reply } = await through(get('/x', 'Accept-Encoding: gzip'));
    expect(headerOf(reply, 'content-encoding')).toEqual(['gzip']);
    expect(headerOf(reply, 'etag')).toEqual(['"x"']);
    expect(bodyOf(reply)).toBe(bytes);
  });

  test('that redirects is not followed', async () => {
    answer = `HTTP/1.1 302 Found\r\nLocation: http://internal.example/\r\nContent-Length: 0\r\n\r\n`;
    const { reply, status } = await through(get('/x'));
    expect(status).toBe(302);
    expect(headerOf(reply, 'location')).toEqual(['http://internal.example/']);
  });

  test('to HEAD, and those without a body, keep the length that they speak of', async () => {
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n';
    const head = await through(request('HEAD', '/x'));
    expect([headerOf(head.reply, 'content-length'), bodyOf(head.reply)]).toEqual([['1234'], '']);
    answer = 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n';
    expect((await through(get('/x'))).status).toBe(304);
    answer = 'HTTP/1.1 204 No Content\r\n\r\n';
    const none = await through(get('/x'));
    expect([none.status, bodyOf(none.reply)]).toEqual([204, '']);
  });

  test('without a type stays without one', async () => {
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const { reply } = await through(get('/x'));
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
      answer = bytes;
      const { reply, status } = await through(request('POST', '/x'));
      expect([bytes, status]).toEqual([bytes, 502]);
      expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/bad-gateway' });
    }
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
    const { seen, status } = await through(get('/x', via));
    expect([status, seen]).toEqual([508, '']);
  });
});
