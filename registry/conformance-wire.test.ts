import { describe, expect, test } from 'bun:test';
import { gunzipSync } from 'node:zlib';

import { EurekaCompact, EurekaFull } from './eureka-schema.ts';
import { instanceOfXml } from './eureka-xml.ts';
import { type Mode, MODES } from './modes.ts';
import { instanceFields, testClock, testRegistry } from './testing.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const JSON_REPLY = { accept: 'application/json', 'accept-encoding': 'identity' };
const XML_REPLY = { accept: 'application/xml', 'accept-encoding': 'identity' };
const COMPACT = { ...JSON_REPLY, 'x-eureka-accept': 'compact' };
const ORDERS = '/eureka/apps/ORDERS/host1:ORDERS:8080';
const AMAZON = {
  '@class': 'com.netflix.appinfo.AmazonInfo',
  name: 'Amazon',
  metadata: { 'ami-id': 'ami-1', 'local-ipv4': '10.0.0.1', 'availability-zone': 'eu-1a' },
};

/** A registry whose replies are as of now in both modes: a minute's half passes before each. */
function setUp(mode: Mode) {
  const { clock, pass } = testClock();
  const registry = testRegistry({ mode, clock });
  const settle = () => pass(mode.replyAgeMs / 1000);
  const post = async (app: string, body: unknown, headers: Record<string, string> = JSON_BODY) =>
    await registry.request('POST', `/eureka/apps/${app}`, headers, JSON.stringify(body));
  const full = async (path: string) => {
    settle();
    return EurekaFull.applications.parse(await registry.json(path, JSON_REPLY)).applications;
  };
  const one = async (path = ORDERS) =>
    EurekaFull.instance.parse(await registry.json(path, JSON_REPLY)).instance;
  return { ...registry, clock, pass, settle, post, full, one };
}

describe.each([MODES.default, MODES.strict])('in the mode $name', (mode) => {
  test('case 1: a valid registration answers 204 and nothing else', async () => {
    const { register } = setUp(mode);
    const reply = await register({ app: 'ORDERS' });
    expect(reply.status).toBe(204);
    expect(await reply.text()).toBe('');
  });

  test('case 2: a registration that lacks a field is refused with its name', async () => {
    const { post } = setUp(mode);
    const lacking = async (...fields: string[]) => {
      const given = Object.entries(instanceFields({ app: 'ORDERS' }));
      const instance = Object.fromEntries(given.filter(([name]) => !fields.includes(name)));
      const reply = await post('ORDERS', { instance });
      return [reply.status, await reply.text()];
    };
    expect(await lacking('hostName')).toEqual([400, 'Missing hostName']);
    expect(await lacking('instanceId', 'hostName')).toEqual([400, 'Missing hostName']);
    expect(await lacking('ipAddr')).toEqual([400, 'Missing ipAddr']);
    expect(await lacking('app')).toEqual([400, 'Missing app']);
    // Where the meaning is plain without it, only Netflix's server refuses.
    const strict = mode.name === 'strict';
    expect(await lacking('dataCenterInfo')).toEqual(
      strict ? [400, 'Missing dataCenterInfo'] : [204, ''],
    );
    const unnamed = instanceFields({ app: 'ORDERS', dataCenterInfo: {} });
    expect((await post('ORDERS', { instance: unnamed })).status).toBe(strict ? 400 : 204);
  });

  test('case 3: a body of another application than the path is refused', async () => {
    const { post } = setUp(mode);
    const reply = await post('BILLING', { instance: instanceFields({ app: 'ORDERS' }) });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain('app');
    const inAnotherCase = { instance: instanceFields({ app: 'orders' }) };
    expect((await post('Orders', inAnotherCase)).status).toBe(204);
  });

  test("case 4: Amazon's instance id is filled in where it is missing", async () => {
    const { register, one } = setUp(mode);
    expect((await register({ app: 'ORDERS', dataCenterInfo: AMAZON })).status).toBe(204);
    expect((await one()).dataCenterInfo).toEqual({
      '@class': 'com.netflix.appinfo.AmazonInfo',
      name: 'Amazon',
      metadata: { ...AMAZON.metadata, 'instance-id': 'host1:ORDERS:8080' },
    });
  });

  test('case 5: a renewal answers 200 with no body, whatever body it had', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    for (const body of [undefined, '{}']) {
      const reply = await request('PUT', `${ORDERS}?status=UP`, JSON_BODY, body);
      expect([reply.status, await reply.text()]).toEqual([200, '']);
    }
  });

  test('case 6: a renewal of an unknown instance answers 404 with no body', async () => {
    const { request } = setUp(mode);
    for (const accept of ['application/json', 'application/xml']) {
      const reply = await request('PUT', ORDERS, { accept });
      expect([reply.status, await reply.text()]).toEqual([404, '']);
    }
  });

  test('case 7: a cancellation answers 200, of an unknown instance 404', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    expect((await request('DELETE', ORDERS)).status).toBe(200);
    expect((await request('DELETE', ORDERS)).status).toBe(404);
  });

  test('case 8: an override is shown until it is removed', async () => {
    const { register, request, one } = setUp(mode);
    await register({ app: 'ORDERS' });
    expect((await request('PUT', `${ORDERS}/status?value=OUT_OF_SERVICE`)).status).toBe(200);
    expect(await one()).toMatchObject({
      status: 'OUT_OF_SERVICE',
      overriddenStatus: 'OUT_OF_SERVICE',
    });
    expect((await request('DELETE', `${ORDERS}/status`)).status).toBe(200);
    expect(await one()).toMatchObject({ status: 'UNKNOWN', overriddenStatus: 'UNKNOWN' });
    expect((await request('PUT', ORDERS)).status).toBe(404);
    expect((await request('DELETE', `${ORDERS}/status`)).status).toBe(200);
  });

  test('case 9: an override of an unknown instance answers 404', async () => {
    const { request } = setUp(mode);
    expect((await request('PUT', `${ORDERS}/status?value=DOWN`)).status).toBe(404);
    expect((await request('DELETE', `${ORDERS}/status`)).status).toBe(404);
  });

  test('case 10: removing an override with a value sets that status at once', async () => {
    const { register, request, one } = setUp(mode);
    await register({ app: 'ORDERS' });
    await request('PUT', `${ORDERS}/status?value=OUT_OF_SERVICE`);
    expect((await request('DELETE', `${ORDERS}/status?value=DOWN`)).status).toBe(200);
    expect((await one()).status).toBe('DOWN');
  });

  test('an override with no status, or with one that is none, answers 500', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    for (const path of ['/status', '/status?value=WARM', '/status?value=UP&lastDirtyTimestamp=x']) {
      const reply = await request('PUT', `${ORDERS}${path}`);
      expect([reply.status, await reply.text()]).toEqual([500, '']);
    }
    expect((await request('PUT', `${ORDERS}?lastDirtyTimestamp=x`)).status).toBe(500);
  });

  test('case 11: an application in full carries every field that was registered', async () => {
    const { register, json, clock } = setUp(mode);
    const sent = {
      app: 'ORDERS',
      appGroupName: 'SHOP',
      asgName: 'orders-v1',
      secureHealthCheckUrl: 'https://host1/health',
      sid: 'sid-1',
      isCoordinatingDiscoveryServer: 'true',
      lastDirtyTimestamp: '1795356554889',
    };
    await register(sent);
    const { application } = EurekaFull.application.parse(
      await json('/eureka/apps/orders', JSON_REPLY),
    );
    expect(application.name).toBe('ORDERS');
    const shown: unknown = application.instance[0];
    expect(shown).toEqual({
      ...instanceFields(sent),
      lastUpdatedTimestamp: String(clock()),
      leaseInfo: {
        renewalIntervalInSecs: 30,
        durationInSecs: 90,
        registrationTimestamp: clock(),
        lastRenewalTimestamp: clock(),
        evictionTimestamp: 0,
        serviceUpTimestamp: clock(),
      },
      actionType: 'ADDED',
    });
  });

  test('case 12: an application in compact form carries the few fields of that form', async () => {
    const { register, json, clock } = setUp(mode);
    await register({ app: 'ORDERS', dataCenterInfo: AMAZON, asgName: 'orders-v1' });
    const { application } = EurekaCompact.application.parse(
      await json('/eureka/apps/ORDERS', COMPACT),
    );
    expect(application.instance).toEqual([
      {
        instanceId: 'host1:ORDERS:8080',
        app: 'ORDERS',
        ipAddr: '10.0.0.1',
        vipAddress: 'orders',
        secureVipAddress: 'orders',
        dataCenterInfo: {
          '@class': 'com.netflix.appinfo.AmazonInfo',
          name: 'Amazon',
          metadata: {
            'local-ipv4': '10.0.0.1',
            'availability-zone': 'eu-1a',
            'instance-id': 'host1:ORDERS:8080',
          },
        },
        hostName: 'host1',
        status: 'UP',
        lastUpdatedTimestamp: clock(),
        actionType: 'ADDED',
        asgName: 'orders-v1',
        port: { $: 8080, '@enabled': 'true' },
        securePort: { $: 443, '@enabled': 'false' },
      },
    ]);
  });

  test('case 13: all applications come in full and in compact form', async () => {
    const { register, json, full } = setUp(mode);
    await register({ app: 'ORDERS' });
    await register({ app: 'BILLING' });
    const { application } = await full('/eureka/apps');
    expect(application.map(({ name }) => name)).toEqual(['ORDERS', 'BILLING']);
    const compact = EurekaCompact.applications.parse(await json('/eureka/apps', COMPACT));
    expect(compact.applications.application).toHaveLength(2);
  });

  test('an empty registry is an empty list, not a missing one', async () => {
    const { full } = setUp(mode);
    expect(await full('/eureka/apps')).toMatchObject({ apps__hashcode: '', application: [] });
  });

  test('cases 14, 15: gzip is announced beside the type of what it holds', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    await register({ app: 'BILLING' });
    for (const type of ['application/json', 'application/xml']) {
      for (const path of ['/eureka/apps', '/eureka/apps/delta', '/eureka/apps/ORDERS', ORDERS]) {
        const headers = { accept: type, 'accept-encoding': 'gzip, deflate' };
        const reply = await request('GET', path, headers);
        expect(reply.headers.get('content-encoding')).toBe('gzip');
        expect(reply.headers.get('content-type')).toBe(type);
        const text = gunzipSync(await reply.bytes()).toString();
        const plain = await request('GET', path, { accept: type, 'accept-encoding': 'identity' });
        expect(text).toBe(await plain.text());
      }
    }
  });

  test('case 16: a virtual address finds the applications that have it', async () => {
    const { register, full, json } = setUp(mode);
    await register({ app: 'ORDERS', vipAddress: 'orders,shop', secureVipAddress: 'safe' });
    await register({ app: 'BILLING' });
    const names = async (path: string) => (await full(path)).application.map(({ name }) => name);
    expect(await names('/eureka/vips/shop')).toEqual(['ORDERS']);
    expect(await names('/eureka/vips/billing')).toEqual(['BILLING']);
    expect(await names('/eureka/vips/sho')).toEqual([]);
    expect(await names('/eureka/svips/safe')).toEqual(['ORDERS']);
    expect((await full('/eureka/vips/orders')).apps__hashcode).toBe('UP_1_');
    const compact = EurekaCompact.applications.parse(await json('/eureka/vips/shop', COMPACT));
    expect(compact.applications.application).toHaveLength(1);
  });

  test('an instance is found by its id alone', async () => {
    const { register, one, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    expect((await one('/eureka/instances/host1%3AORDERS%3A8080')).app).toBe('ORDERS');
    expect((await request('GET', '/eureka/instances/nobody')).status).toBe(404);
  });

  test('case 45: both spellings of the overridden status are read, from JSON and XML', async () => {
    const { register, one, request } = setUp(mode);
    await register({
      app: 'A',
      overriddenStatus: undefined,
      overriddenstatus: 'OUT_OF_SERVICE',
    });
    expect((await one('/eureka/apps/A/host1:A:8080')).overriddenStatus).toBe('OUT_OF_SERVICE');
    for (const [app, name] of [
      ['B', 'overriddenstatus'],
      ['C', 'overriddenStatus'],
    ]) {
      const xml = `<instance><instanceId>i</instanceId><app>${app}</app><hostName>h</hostName><ipAddr>1.2.3.4</ipAddr><${name}>DOWN</${name}><dataCenterInfo><name>MyOwn</name></dataCenterInfo></instance>`;
      const headers = { 'content-type': 'application/xml' };
      expect((await request('POST', `/eureka/apps/${app}`, headers, xml)).status).toBe(204);
      expect((await one(`/eureka/apps/${app}/i`)).overriddenStatus).toBe('DOWN');
    }
  });

  test('case 46: a charset of UTF-8 is accepted, unknown ones are refused', async () => {
    const { post } = setUp(mode);
    const instance = instanceFields({ app: 'ORDERS' });
    const status = async (type: string) =>
      (await post('ORDERS', { instance }, { 'content-type': type })).status;
    expect(await status('application/json; charset=utf-8')).toBe(204);
    expect(await status('application/json;charset=UTF-8')).toBe(204);
    expect(await status('application/json;charset=ISO-8859')).toBe(415);
    expect(await status('application/json;charset=windows-1252')).toBe(
      mode.name === 'strict' ? 415 : 204,
    );
    expect(await status('application/x-www-form-urlencoded')).toBe(415);
  });

  test('case 48: the lists and the page answer at their addresses, without passwords', async () => {
    const { request } = setUp(mode);
    expect((await request('GET', '/eureka/apps')).status).toBe(200);
    const page = await request('GET', '/');
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).not.toMatch(/(?:href|action|src)="[^"]*[^:"]\/\//);
    expect(text).not.toMatch(/\/\/[^/\s"]*:[^/\s"]*@/);
  });

  test('case 52: a renewal compares dirty time stamps', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS', lastDirtyTimestamp: 1000 });
    const renew = async (dirty: number, headers = {}) =>
      await request('PUT', `${ORDERS}?status=UP&lastDirtyTimestamp=${dirty}`, headers);
    const peer = { 'x-netflix-discovery-replication': 'true' };
    expect((await renew(1000)).status).toBe(200);
    expect((await renew(1001)).status).toBe(404);
    expect((await renew(999)).status).toBe(200);
    const conflict = await renew(999, peer);
    expect(conflict.status).toBe(409);
    const { instance } = EurekaFull.instance.parse(await conflict.json());
    expect(instance.lastDirtyTimestamp).toBe('1000');
  });

  test('case 53: XML unless JSON is asked for, slashes at the end and %3A in ids', async () => {
    const { register, request } = setUp(mode);
    await register({ app: 'ORDERS' });
    const type = async (path: string, headers: Record<string, string>) =>
      (await request('GET', path, headers)).headers.get('content-type');
    for (const path of ['/eureka/apps', '/eureka/apps/', '/eureka/v2/apps', '/eureka/v2/apps/']) {
      expect(await type(path, {})).toBe('application/xml');
      expect(await type(path, { accept: '*/*' })).toBe('application/xml');
      expect(await type(path, { accept: 'application/json' })).toBe('application/json');
      expect(await type(path, { accept: 'application/json, application/*+json' })).toBe(
        'application/json',
      );
    }
    for (const path of [ORDERS, `${ORDERS}/`, ORDERS.replaceAll(':', '%3A')]) {
      expect((await request('GET', path)).status).toBe(200);
      expect((await request('PUT', path)).status).toBe(200);
      expect((await request('PUT', path.replace('/eureka', '/eureka/v2'))).status).toBe(200);
    }
    expect((await request('PUT', ORDERS.replace('ORDERS', 'orders'))).status).toBe(200);
    expect((await request('PUT', ORDERS.replace('host1', 'HOST1'))).status).toBe(404);
  });

  test('case 54: no reply holds a key or a type that clients do not know', async () => {
    const { register, post, request, json, settle, full } = setUp(mode);
    await register({ app: 'ORDERS' });
    await register({ app: 'AMAZON', dataCenterInfo: AMAZON, metadata: {} });
    await post('BARE', {
      instance: {
        app: 'bare',
        hostName: 'localhost',
        ipAddr: '127.0.0.1',
        port: 8080,
        dataCenterInfo: { name: 'Netflix', '@class': 'com.netflix.appinfo.MyDataCenterInfo' },
        metadata: { number: 1, yes: true, nested: { a: 1 }, nothing: null },
        unknown: { a: [1] },
        countryId: '0',
        status: 'WARM',
      },
    });
    await request('DELETE', ORDERS);
    settle();
    const { application } = await full('/eureka/apps');
    const bare = application.find(({ name }) => name === 'BARE')!.instance[0]!;
    expect(bare.metadata).toEqual({ number: '1', yes: 'true' });
    expect(bare.status).toBe('UNKNOWN');
    expect((await full('/eureka/apps/delta')).application).toHaveLength(3);
    for (const name of ['AMAZON', 'BARE']) {
      EurekaFull.application.parse(await json(`/eureka/apps/${name}`, JSON_REPLY));
      EurekaCompact.application.parse(await json(`/eureka/apps/${name}`, COMPACT));
    }
    const empty = await json('/eureka/apps/AMAZON/host1:AMAZON:8080', JSON_REPLY);
    expect(EurekaFull.instance.parse(empty).instance.metadata).toEqual({
      '@class': 'java.util.Collections$EmptyMap',
    });
  });

  test('case 55: a delta names the departed last, and forgets after three minutes', async () => {
    const { register, request, full, pass, leases } = setUp(mode);
    await register({ app: 'ORDERS', instanceId: 'one' });
    await register({ app: 'ORDERS', instanceId: 'two' });
    await register({ app: 'ORDERS', instanceId: 'three' });
    await request('DELETE', '/eureka/apps/ORDERS/one');
    await request('PUT', '/eureka/apps/ORDERS/two/metadata?color=red');
    const first = await full('/eureka/apps/delta');
    expect(
      first.application[0]!.instance.map(({ instanceId, actionType }) => [instanceId, actionType]),
    ).toEqual([
      ['three', 'ADDED'],
      ['two', 'ADDED'],
      ['one', 'DELETED'],
    ]);
    expect(first.apps__hashcode).toBe('UP_2_');
    await request('PUT', '/eureka/apps/ORDERS/two/metadata?color=blue');
    const second = await full('/eureka/apps/delta');
    expect(second.apps__hashcode).toBe('UP_2_');
    expect(Number(second.versions__delta)).toBeGreaterThan(Number(first.versions__delta));
    pass(181);
    leases.prune();
    expect((await full('/eureka/apps/delta')).application).toEqual([]);
  });

  test('metadata is merged, the first of a repeated key wins, and it is shown', async () => {
    const { register, request, one } = setUp(mode);
    await register({ app: 'ORDERS' });
    expect((await request('PUT', `${ORDERS}/metadata?a=1&a=2&b=3`)).status).toBe(200);
    expect((await one()).metadata).toEqual({ 'management.port': '8080', a: '1', b: '3' });
    expect((await request('PUT', '/eureka/apps/X/y/metadata?a=1')).status).toBe(404);
  });

  test('errors under /eureka have no body', async () => {
    const { request } = setUp(mode);
    for (const path of ['/eureka', '/eureka/', '/eureka/nowhere', '/eureka/apps/NOBODY']) {
      const reply = await request('GET', path, JSON_REPLY);
      expect([reply.status, await reply.text()]).toEqual([404, '']);
    }
    expect((await request('PUT', '/eureka/asg/some/status?value=ENABLED')).status).toBe(400);
  });

  test('a body that cannot be parsed is refused in its own format', async () => {
    const { request } = setUp(mode);
    const json = await request('POST', '/eureka/apps/A', JSON_BODY, '{"instance"');
    expect([json.status, await json.text()]).toEqual([
      400,
      '{"error":"cannot parse request body"}',
    ]);
    const headers = { 'content-type': 'application/xml' };
    const xml = await request('POST', '/eureka/apps/A', headers, '<instance><a>');
    expect(xml.status).toBe(400);
    expect(await xml.text()).toContain('<message>cannot parse request body</message>');
  });

  test('XML in full reads back as what JSON says', async () => {
    const { register, request, one } = setUp(mode);
    await register({ app: 'ORDERS', metadata: { 'a b_$:é': '<&"\'>\u0001', plain: 'x' } });
    const text = await (await request('GET', ORDERS, XML_REPLY)).text();
    expect(instanceOfXml(text)).toMatchObject({
      metadata: { 'a b_$:é': '<&"\'>\uFFFD', plain: 'x' },
    });
    expect(text).toContain('<overriddenstatus>UNKNOWN</overriddenstatus>');
    expect((await one()).metadata['plain']).toBe('x');
  });
});

test('case 41: only in strict mode a client that says nothing gets gzip', async () => {
  for (const [mode, encoding] of [
    [MODES.strict, 'gzip'],
    [MODES.default, null],
  ] as const) {
    const reply = await setUp(mode).request('GET', '/eureka/apps');
    expect(reply.headers.get('content-encoding')).toBe(encoding);
  }
});
