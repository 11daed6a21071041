import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { EurekaCompact, EurekaFull } from './eureka-schema.ts';
import { instanceFields, testRegistry } from './testing.ts';

const FIELDS = Object.keys(
  instanceFields({ app: 'A', appGroupName: '', asgName: '', sid: '', overriddenstatus: '' }),
);
/** Many runs on a busy machine. */
const PATIENCE_MS = 60_000;
const JSON_TYPE = { 'content-type': 'application/json' };

/** A registration in which some fields are anything at all. */
const bent = fc
  .dictionary(fc.constantFrom(...FIELDS), fc.jsonValue())
  .map((fields) => ({ instance: { ...instanceFields({ app: 'A' }), ...fields } }));

test(
  'no registration, however bent, is a 5xx or spoils what others read',
  async () => {
    const { request, json } = testRegistry();
    await fc.assert(
      fc.asyncProperty(fc.oneof(bent, fc.jsonValue()), async (body) => {
        const reply = await request('POST', '/eureka/apps/A', JSON_TYPE, JSON.stringify(body));
        expect([204, 400]).toContain(reply.status);
        EurekaFull.applications.parse(await json('/eureka/apps'));
        EurekaFull.applications.parse(await json('/eureka/apps/delta'));
        EurekaCompact.applications.parse(
          await json('/eureka/apps', { 'x-eureka-accept': 'compact' }),
        );
        const xml = await request('GET', '/eureka/apps', { 'accept-encoding': 'identity' });
        Bun.XML.parse(await xml.text());
        expect((await request('GET', '/')).status).toBe(200);
      }),
      { numRuns: 60 },
    );
  },
  PATIENCE_MS,
);

test('numbers that Java and Go cannot read as such never reach them', async () => {
  const { register, json } = testRegistry();
  const port = { $: 80.5, '@enabled': 'true' };
  expect((await register({ app: 'A', port })).status).toBe(400);
  const leaseInfo = { renewalIntervalInSecs: 1e10, durationInSecs: '1e300' };
  expect((await register({ app: 'A', leaseInfo, countryId: 2 ** 31 })).status).toBe(204);
  const { applications } = EurekaFull.applications.parse(await json('/eureka/apps'));
  expect(applications.application[0]?.instance[0]).toMatchObject({ countryId: 2 ** 31 - 1 });
});

test(
  'no bytes, whatever they are said to be, are a 5xx',
  async () => {
    const { request } = testRegistry();
    const types = fc.constantFrom('application/json', 'application/xml', 'text/plain', '');
    await fc.assert(
      fc.asyncProperty(types, fc.string({ unit: 'binary' }), async (type, body) => {
        const reply = await request('POST', '/eureka/apps/A', { 'content-type': type }, body);
        expect(reply.status).toBeOneOf([400, 415]);
      }),
      { numRuns: 60 },
    );
  },
  PATIENCE_MS,
);

test(
  'no path or query is a 5xx but those that Netflix answers so',
  async () => {
    const { request } = testRegistry();
    const part = fc.oneof(
      fc.constantFrom('eureka', 'v2', 'apps', 'delta', 'vips', 'status', '%', '%00', '..', '%2F'),
      fc.webSegment(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
        fc.array(part, { maxLength: 6 }),
        fc.webQueryParameters(),
        async (method, parts, query) => {
          const reply = await request(method, `/${parts.join('/')}?${query}`);
          const isOverride = /\/status\/?$/.test(parts.join('/')) && method !== 'GET';
          if (!isOverride) expect(reply.status).toBeLessThan(500);
        },
      ),
      { numRuns: 200 },
    );
  },
  PATIENCE_MS,
);
