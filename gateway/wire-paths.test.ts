import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import {
  bodyOf,
  everythingTo,
  exchange,
  get,
  headerOf,
  startGateway,
  statusOf,
  targetOf,
} from './test-rig.ts';
import { startWire } from './test-wire.ts';

const wire = startWire();

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
      const { seen } = await wire.through(get(target));
      wire.upstream.requests.length = 0;
      expect(targetOf(seen)).toBe(target);
    }
  });

  test('with dot segments is resolved before it is matched and sent on', async () => {
    expect(targetOf((await wire.through(get('/a/../b/./c'))).seen)).toBe('/b/c');
  });

  test('with encoded dot segments is resolved before it is matched and sent on', async () => {
    expect(targetOf((await wire.through(get('/a/%2e%2E/b'))).seen)).toBe('/b');
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
      '/a/%C0%AE%c0%ae/b',
      '/a/%e0%80%af',
    ]) {
      const { reply, seen, status } = await wire.through(get(target));
      expect([target, status, seen]).toEqual([target, 400, '']);
      expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/bad-path', status: 400 });
    }
  });

  test('that is not UTF-8 is refused, since its bytes would be lost', async () => {
    const { seen, status } = await wire.through(get('/a\u00ff\u00fe/b'));
    expect([status, seen]).toEqual([400, '']);
  });

  test("loses a fragment, which is none of a server's business", async () => {
    expect(targetOf((await wire.through(get('/a#b'))).seen)).toBe('/a');
  });

  test('and the query are told apart: what stands behind the ? is not cleaned', async () => {
    const target = '/a?b=//..;%00%5c/../%2e';
    expect(targetOf((await wire.through(get(target))).seen)).toBe(target);
  });

  test('of an absolute-form target goes by the path, not by its authority', async () => {
    const { seen } = await wire.through(get('http://other.example/a?b=1'));
    expect(targetOf(seen)).toBe('/a?b=1');
    expect(headerOf(seen, 'x-forwarded-host')).toEqual(['gw']);
  });
});

describe('a route that names only one path', () => {
  let guarded: ReturnType<typeof startGateway>;
  beforeAll(() => {
    const only = { ...everythingTo(wire.upstream.url), match: { path: '/open/**' } };
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
      expect([target, wire.upstream.requests.length]).toEqual([target, 0]);
      expect([400, 404]).toContain(statusOf(reply));
    }
  });
});

describe('a stripped prefix', () => {
  test('leaves no path that means another one (Traefik CVE-2026-48020)', async () => {
    for (const target of [
      '/svc../admin',
      '/svc/../admin',
      '/svc/%2e%2e/admin',
      '/svc/..%2fadmin',
      '/svc/..;/admin',
      '/svc//admin',
      '/svc%2fadmin',
    ]) {
      const reply = await exchange(stripping.port, get(target));
      expect([target, wire.upstream.requests]).toEqual([target, []]);
      expect([400, 404]).toContain(statusOf(reply));
    }
  });

  let stripping: ReturnType<typeof startGateway>;
  beforeAll(() => {
    const route = everythingTo(wire.upstream.url, { stripPrefix: 1 });
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
      wire.upstream.requests.length = 0;
      await exchange(stripping.port, get(target));
      expect(targetOf(wire.upstream.requests[0] ?? '')).toBe(sent);
      expect(headerOf(wire.upstream.requests[0] ?? '', 'x-forwarded-prefix')).toEqual(['/svc']);
    }
  });

  test('comes back in Location, whether a path or an address of the upstream', async () => {
    for (const [location, expected] of [
      ['/customers/1', '/svc/customers/1'],
      [`${wire.upstream.url}/customers/1`, '/svc/customers/1'],
      ['/svc/customers/1', '/svc/customers/1'],
      ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
      ['//elsewhere.example/x', '//elsewhere.example/x'],
    ] as const) {
      wire.answerWith(`HTTP/1.1 201 Created\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
      expect(headerOf(await exchange(stripping.port, get('/svc/x')), 'location')).toEqual([
        expected,
      ]);
    }
  });
});
