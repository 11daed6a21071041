import { describe, expect, test } from 'bun:test';

import { EurekaFull } from './eureka-schema.ts';
import { type Mode, MODES } from './modes.ts';
import { testRegistry } from './testing.ts';

/** What real clients sent, byte for byte, against what they need to hear. */
type Exchange = readonly [
  request: string,
  expectedStatus: number,
  headers?: Record<string, string>,
  body?: string,
];

const JSON_TYPE = { 'content-type': 'application/json' };
const BOTH_JSON = { ...JSON_TYPE, accept: 'application/json' };
const XML_TYPE = { 'content-type': 'application/xml', accept: 'application/xml' };

async function replay(mode: Mode, exchanges: readonly Exchange[]) {
  const registry = testRegistry({ mode });
  for (const [line, expected, headers, body] of exchanges) {
    const [method = '', path = ''] = line.split(' ');
    const reply = await registry.request(method, path, headers, body);
    expect(`${line} ${reply.status}`).toBe(`${line} ${expected}`);
    if (method !== 'GET') expect(await reply.text()).toBe('');
    else if (reply.status === 200) {
      const type = headers?.['accept']?.includes('json') ? 'application/json' : 'application/xml';
      expect(reply.headers.get('content-type')).toBe(type);
    }
  }
  return registry;
}

const JS_BODY =
  '{"instance":{"app":"jqservice","hostName":"localhost","ipAddr":"127.0.0.1","port":{"$":8080,"@enabled":true},"vipAddress":"jq.test","dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},"status":"UP"}}';
const PY_BODY =
  '{"instance": {"instanceId": "127.0.0.1:py-svc:9000", "hostName": "localhost", "app": "PY-SVC", "ipAddr": "127.0.0.1", "port": {"$": 9000, "@enabled": "true"}, "securePort": {"$": 9443, "@enabled": "false"}, "countryId": 1, "dataCenterInfo": {"@class": "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo", "name": "MyOwn"}, "leaseInfo": {"renewalIntervalInSecs": 1, "durationInSecs": 90, "registrationTimestamp": 0, "lastRenewalTimestamp": 0, "evictionTimestamp": 0, "serviceUpTimestamp": 0}, "metadata": {"management.port": "9000", "zone": "default"}, "homePageUrl": "http://localhost:9000/", "statusPageUrl": "http://localhost:9000/info", "healthCheckUrl": "http://localhost:9000/health", "secureHealthCheckUrl": "", "vipAddress": "py-svc", "secureVipAddress": "py-svc", "isCoordinatingDiscoveryServer": "false", "status": "UP", "overriddenstatus": "UNKNOWN", "lastUpdatedTimestamp": "1795356602904", "lastDirtyTimestamp": "1795356602904"}}';
const SPRING_BODY =
  '{"instance":{"instanceId":"host1:orders:8080","app":"ORDERS","appGroupName":null,"ipAddr":"10.0.0.1","sid":"na","homePageUrl":"http://host1:8080/","statusPageUrl":"http://host1:8080/actuator/info","healthCheckUrl":"http://host1:8080/actuator/health","secureHealthCheckUrl":null,"vipAddress":"orders","secureVipAddress":"orders","countryId":1,"dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},"hostName":"host1","status":"UP","overriddenStatus":"UNKNOWN","leaseInfo":{"renewalIntervalInSecs":30,"durationInSecs":90,"registrationTimestamp":0,"lastRenewalTimestamp":0,"evictionTimestamp":0,"serviceUpTimestamp":0},"isCoordinatingDiscoveryServer":false,"lastUpdatedTimestamp":1795356554713,"lastDirtyTimestamp":1795356554713,"actionType":"ADDED","asgName":null,"port":{"$":8080,"@enabled":"true"},"securePort":{"$":443,"@enabled":"false"},"metadata":{"management.port":"8080"}}}';
const JERSEY_BODY =
  '{"instance":{"instanceId":"host1:orders:8080","hostName":"host1","app":"ORDERS","ipAddr":"10.0.0.1","status":"UP","overriddenStatus":"UNKNOWN","port":{"$":8080,"@enabled":"true"},"securePort":{"$":443,"@enabled":"false"},"countryId":1,"dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},"leaseInfo":{"renewalIntervalInSecs":30,"durationInSecs":90,"registrationTimestamp":0,"lastRenewalTimestamp":0,"evictionTimestamp":0,"serviceUpTimestamp":0},"metadata":{"@class":"java.util.Collections$EmptyMap"},"homePageUrl":"http://host1:8080/","statusPageUrl":"http://host1:8080/actuator/info","healthCheckUrl":"http://host1:8080/actuator/health","vipAddress":"orders","secureVipAddress":"orders","isCoordinatingDiscoveryServer":"false","lastUpdatedTimestamp":"1795356554881","lastDirtyTimestamp":"1795356554881"}}';
const FARGO_XML =
  '<instance><instanceId></instanceId><hostName>h1</hostName><app>GO-SVC</app><ipAddr>10.0.0.2</ipAddr><vipAddress>go-svc</vipAddress><secureVipAddress></secureVipAddress><status>UP</status><overriddenstatus></overriddenstatus><homePageUrl></homePageUrl><statusPageUrl></statusPageUrl><healthCheckUrl></healthCheckUrl><countryId>0</countryId><dataCenterInfo><name>MyOwn</name><metadata></metadata></dataCenterInfo><leaseInfo><renewalIntervalInSecs>0</renewalIntervalInSecs><durationInSecs>0</durationInSecs><registrationTimestamp>0</registrationTimestamp><lastRenewalTimestamp>0</lastRenewalTimestamp><evictionTimestamp>0</evictionTimestamp><serviceUpTimestamp>0</serviceUpTimestamp></leaseInfo><metadata></metadata><port enabled="true">8080</port><securePort enabled="false">0</securePort></instance>';
const FARGO_JSON =
  '{"instance":{"instanceId":"","hostName":"h1","app":"GO-SVC","ipAddr":"10.0.0.2","vipAddress":"go-svc","secureVipAddress":"","status":"UP","overriddenstatus":"","homePageUrl":"","statusPageUrl":"","healthCheckUrl":"","countryId":0,"dataCenterInfo":{"name":"MyOwn","@class":"com.netflix.appinfo.MyDataCenterInfo"},"leaseInfo":{"renewalIntervalInSecs":0,"durationInSecs":0,"registrationTimestamp":0,"lastRenewalTimestamp":0,"evictionTimestamp":0,"serviceUpTimestamp":0},"metadata":{},"port":{"$":"8080","@enabled":"true"},"securePort":{"$":"0","@enabled":"false"}}}';

describe.each([MODES.default, MODES.strict])('in the mode $name', (mode) => {
  test('cases 56, 57: eureka-js-client 4.5.0, which renews by its host name', async () => {
    const accepting = { accept: 'application/json', 'accept-encoding': 'gzip, deflate' };
    await replay(mode, [
      ['POST /eureka/apps/jqservice', 204, { ...accepting, ...JSON_TYPE }, JS_BODY],
      ['GET /eureka/apps/', 200, accepting],
      ['PUT /eureka/apps/jqservice/localhost', 200],
      ['GET /eureka/apps/delta', 200, accepting],
      ['DELETE /eureka/apps/jqservice/localhost', 200],
      ['PUT /eureka/apps/jqservice/localhost', 404],
    ]);
  });

  test('case 57: eureka-js-client as its README has it, with a bare port', async () => {
    const bare = JS_BODY.replace('{"$":8080,"@enabled":true}', '8080').replace(
      '"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo",',
      '',
    );
    const { leases } = await replay(mode, [
      ['POST /eureka/apps/jqservice', 204, JSON_TYPE, bare],
      ['PUT /eureka/apps/jqservice/localhost', 200],
    ]);
    expect(leases.find('JQSERVICE', 'localhost')?.instance.port).toEqual({
      number: 8080,
      enabled: true,
    });
  });

  test('case 57: py_eureka_client 0.13.2, which names no Accept and reads XML', async () => {
    const headers = { connection: 'close', 'accept-encoding': 'gzip, deflate' };
    const path = '/eureka/apps/PY-SVC/127.0.0.1%3Apy-svc%3A9000';
    const dirty = 'lastDirtyTimestamp=1795356602904';
    const { leases } = await replay(mode, [
      ['POST /eureka/apps/PY-SVC', 204, { ...headers, ...JSON_TYPE }, PY_BODY],
      ['GET /eureka/apps/', 200, headers],
      [`PUT ${path}?status=UP&${dirty}`, 200, headers],
      ['GET /eureka/apps/delta', 200, headers],
      [`PUT ${path}/status?value=OUT_OF_SERVICE&${dirty}`, 200, headers],
      [`DELETE ${path}/status?${dirty}`, 200, headers],
      ['POST /eureka/apps/PY-SVC', 204, JSON_TYPE, PY_BODY.replace('"UP"', '"DOWN"')],
      [`DELETE ${path}`, 200, headers],
      // Its heartbeat thread is still running.
      [`PUT ${path}?status=UP&${dirty}`, 404, headers],
      ['POST /eureka/apps/PY-SVC', 204, { ...headers, ...JSON_TYPE }, PY_BODY],
    ]);
    expect(leases.size()).toBe(mode.name === 'strict' ? 1 : 0);
  });

  test('case 57: Spring, whose nulls are nothing and whose time stamps are numbers', async () => {
    const path = '/eureka/apps/ORDERS/host1:orders:8080';
    const { json } = await replay(mode, [
      ['POST /eureka/apps/ORDERS', 204, { ...JSON_TYPE, 'accept-encoding': 'gzip' }, SPRING_BODY],
      [`PUT ${path}?status=UP&lastDirtyTimestamp=1795356554713`, 200, BOTH_JSON],
      ['GET /eureka/apps/', 200, { accept: 'application/json, application/*+json' }],
      ['GET /eureka/apps/delta', 200, BOTH_JSON],
    ]);
    const { instance } = EurekaFull.instance.parse(await json(path));
    expect(instance).not.toHaveProperty('appGroupName');
    expect(instance).not.toHaveProperty('sid');
    expect(instance.lastDirtyTimestamp).toBe('1795356554713');
    expect(instance.isCoordinatingDiscoveryServer).toBe('false');
  });

  test('case 57: Java with Jersey, which sends {} on renewals', async () => {
    const named = { ...BOTH_JSON, 'discoveryidentity-name': 'DefaultClient' };
    const path = '/eureka/v2/apps/ORDERS/host1:orders:8080';
    const { json } = await replay(mode, [
      ['POST /eureka/v2/apps/ORDERS', 204, named, JERSEY_BODY],
      [`PUT ${path}?status=UP&lastDirtyTimestamp=1795356554881`, 200, named, '{}'],
      ['GET /eureka/v2/apps/', 200, named],
      [`PUT ${path}?status=UP&lastDirtyTimestamp=1795356554882`, 404, named, '{}'],
      [`DELETE ${path}`, 200, named],
      ['POST /eureka/v2/apps/ORDERS', 204, named, JERSEY_BODY.replaceAll('554881', '554900')],
    ]);
    const { instance } = EurekaFull.instance.parse(await json(path));
    expect(instance.metadata).toEqual({ '@class': 'java.util.Collections$EmptyMap' });
  });

  test.each([
    ['XML', XML_TYPE, FARGO_XML],
    ['JSON', BOTH_JSON, FARGO_JSON],
  ])('cases 56, 57: fargo in %s, whose lease of 0 is one of 90', async (_, headers, body) => {
    const path = '/eureka/apps/GO-SVC/h1';
    const { leases, json } = await replay(mode, [
      [`GET ${path}`, 404, headers],
      ['POST /eureka/apps/GO-SVC', 204, headers, body],
      [`GET ${path}`, 200, headers],
      [`PUT ${path}`, 200],
      [`PUT ${path}/metadata?k=v`, 200],
      ['GET /eureka/apps', 200, headers],
      ['GET /eureka/vips/go-svc', 200, headers],
    ]);
    expect(leases.find('GO-SVC', 'h1')?.instance).toMatchObject({
      renewalSeconds: 30,
      leaseSeconds: 90,
      countryId: 0,
      overriddenStatus: 'UNKNOWN',
      port: { number: 8080, enabled: true },
      securePort: { number: 0, enabled: false },
    });
    const { instance } = EurekaFull.instance.parse(await json(path));
    expect(instance.dataCenterInfo['@class']).toBe(
      'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
    );
    expect(instance).not.toHaveProperty('secureVipAddress');
  });

  test('case 57: Steeltoe, which renews with its dirty time stamp alone', async () => {
    const type = { accept: 'application/json', 'content-type': 'application/json; charset=utf-8' };
    const headers = { ...type, 'x-discovery-allowredirect': 'false' };
    const body = JERSEY_BODY.replaceAll('ORDERS', 'FORTUNE')
      .replace('host1:orders:8080', 'host:fortune:5000')
      .replace('overriddenStatus', 'overriddenstatus');
    const path = '/eureka/apps/FORTUNE/host%3Afortune%3A5000';
    await replay(mode, [
      ['POST /eureka/apps/FORTUNE', 204, headers, body],
      [`PUT ${path}?lastDirtyTimestamp=1795356554881`, 200, headers],
      ['GET /eureka/apps', 200, headers],
      ['GET /eureka/apps/delta', 200, headers],
      ['GET /eureka/vips/orders', 200, headers],
      [`DELETE ${path}`, 200, headers],
    ]);
  });
});
