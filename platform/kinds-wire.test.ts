import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { badRequests } from './bad-requests.ts';
import { recordStatuses } from './contract-testing.ts';
import { Problem } from './contract.ts';
import { hostileRequests } from './hostile-requests.ts';
import { printOpenApi } from './openapi.ts';
import { kinds, kindsApp } from './testing-kinds.ts';

const TYPED = { 'content-type': 'application/x-www-form-urlencoded' };
const EVERYWHERE = '/tenants/t/things?on=2026-11-22';

const pointersOf = async (response: Response) => {
  const { errors = [] } = Problem.parse(await response.json());
  return errors.map(({ pointer }) => pointer).toSorted();
};

test('what is missing or wrong in a query, a header, a cookie or a form answers 422 by its name', async () => {
  const query = await kindsApp.request('/tenants/t/things?on=today');
  expect([query.status, await pointersOf(query)]).toEqual([422, ['/on']]);
  const header = await kindsApp.request(EVERYWHERE, { headers: { 'x-depth': 'deep' } });
  expect([header.status, await pointersOf(header)]).toEqual([422, ['/x-depth']]);
  const cookie = await kindsApp.request(EVERYWHERE, { headers: { 'x-depth': '1' } });
  expect([cookie.status, await pointersOf(cookie)]).toEqual([422, ['/session']]);
  const init = { method: 'POST', headers: TYPED, body: 'name=a&name=b&size=x' };
  const form = await kindsApp.request('/form', init);
  expect([form.status, await pointersOf(form)]).toEqual([422, ['/name', '/size']]);
});

test('a list of one is a list, and one that is not there is empty', async () => {
  const headers = { 'x-depth': '1', cookie: 'session=s' };
  const one = await kindsApp.request(`${EVERYWHERE}&tag=a`, { headers });
  expect(await one.text()).toContain('tag: [ \\"a\\" ]');
  const none = await kindsApp.request(EVERYWHERE, { headers });
  expect(await none.text()).toContain('tag: []');
});

test('a file that is no file, or is too large, answers 422', async () => {
  const form = new FormData();
  form.append('file', 'text');
  const wrong = await kindsApp.request('/upload', { method: 'POST', body: form });
  expect([wrong.status, await pointersOf(wrong)]).toEqual([422, ['/file']]);
  const large = new FormData();
  large.append('file', new File(['x'.repeat(1001)], 'a'));
  const tooLarge = await kindsApp.request('/upload', { method: 'POST', body: large });
  expect([tooLarge.status, await pointersOf(tooLarge)]).toEqual([422, ['/file']]);
});

test('a body of bytes that grows past its own limit answers 413 while it is read', async () => {
  const body = new Blob([new Uint8Array(5001)]).stream();
  const headers = { 'content-type': 'application/zip' };
  const reply = await kindsApp.request('/raw', { method: 'PUT', headers, body });
  expect(reply.status).toBe(413);
});

test.each([
  ['text/csv', 200],
  ['text/csv; charset=UTF-8', 200],
  ['TEXT/CSV;charset="utf-8"', 200],
  ['text/csv; charset=iso-8859-1', 415],
  ['text/plain', 415],
])('a text of type %s answers %d', async (type, status) => {
  const init = { method: 'POST', headers: { 'content-type': type }, body: 'a' };
  expect((await kindsApp.request('/note', init)).status).toBe(status);
});

test.each([
  ['*/*', 200],
  ['text/html, text/csv;q=0.5', 200],
  ['text/*', 200],
  ['application/json', 406],
  ['text/csv;q=0, text/html', 406],
])('a caller that accepts %s gets %d', async (accept, status) => {
  const headers = { 'content-type': 'text/csv', accept };
  const reply = await kindsApp.request('/note', { method: 'POST', headers, body: 'a' });
  expect(reply.status).toBe(status);
  if (status === 406)
    expect(await reply.json()).toMatchObject({ type: '/problems/not-acceptable' });
});

function sendPacked(body: string | Uint8Array<ArrayBuffer>, encoding = 'gzip') {
  const headers = { 'content-type': 'text/csv', 'content-encoding': encoding };
  return kindsApp.request('/note', { method: 'POST', headers, body });
}

test('a packed body is unpacked, within the limit for what comes out', async () => {
  expect(await (await sendPacked(Bun.gzipSync('a;b'))).text()).toBe('a;b;é');
  expect((await sendPacked(Bun.gzipSync('x'.repeat(2_000_000)))).status).toBe(413);
  expect((await sendPacked('no gzip')).status).toBe(400);
  const unknown = await sendPacked('a', 'br');
  expect([unknown.status, unknown.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
});

test('OpenAPI says where each parameter stands, and how lists travel', () => {
  const { parameters } = printed().paths['/tenants/{tenant}/things'].get;
  const places = parameters.map(({ in: place, name, required }: Printed) => [
    place,
    name,
    required,
  ]);
  expect(places).toEqual([
    ['path', 'tenant', true],
    ['query', 'tag', false],
    ['query', 'id', false],
    ['query', 'on', true],
    ['header', 'x-depth', true],
    ['header', 'x-list', false],
    ['cookie', 'session', true],
  ]);
  expect(parameters[1]).toMatchObject({ schema: { type: 'array' }, style: 'form', explode: true });
  expect(parameters[2]).toMatchObject({ schema: { type: 'array' }, style: 'form', explode: false });
  expect(parameters[3].schema).toMatchObject({ type: 'string', format: 'date' });
});

test('OpenAPI says of which kind each body and reply is', () => {
  const { paths } = printed();
  const bodies = Object.values(paths).flatMap((path) =>
    Object.values<Printed>(path).flatMap(({ requestBody }) =>
      Object.keys(requestBody?.content ?? {}),
    ),
  );
  expect(bodies).toEqual([
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/zip',
    'text/csv',
    'application/json',
  ]);
  const { schema, encoding } = paths['/upload'].post.requestBody.content['multipart/form-data'];
  expect(schema.properties.file).toMatchObject({ type: 'string', format: 'binary' });
  expect(encoding).toEqual({ picture: { contentType: 'image/png' } });
  const { content, headers } = paths['/files/{name}'].get.responses[200];
  expect(content).toEqual({ 'application/pdf': { schema: { type: 'string', format: 'binary' } } });
  expect(headers).toHaveProperty('Content-Disposition');
  const stream = paths['/watch'].get.responses[200].content['text/event-stream'];
  expect(stream.schema.items.oneOf[0].properties).toMatchObject({
    event: { const: 'tick' },
    data: { contentMediaType: 'application/json', contentSchema: { required: ['n', 'on'] } },
  });
});

test('OpenAPI refers only to what it holds', () => {
  const document = printed();
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
  expect(refs).not.toBeEmpty();
  expect([...new Set(refs)]).toEqual(['#/components/schemas/Problem']);
  expect(document.components['schemas'].Problem).toMatchObject({ type: 'object' });
});

// What is printed is looked into; the expectations are the check.
// eslint-disable-next-line typescript/no-explicit-any
type Printed = any;
const printed = (): Record<'paths' | 'components', Record<string, Printed>> =>
  JSON.parse(JSON.stringify(printOpenApi(kinds)));

test('what everybody may get wrong is answered as the contract says, for every kind', async () => {
  const recorder = recordStatuses(kindsApp, kinds);
  for (const { name, path, init, status } of badRequests(kinds, { maxBodyBytes: 1_048_576 })) {
    const reply = await recorder.request(path, init);
    expect(`${name}: ${reply.status}`).toBe(`${name}: ${status}`);
  }
});

test('nothing hostile, of whatever kind, makes the server fail', async () => {
  const recorder = recordStatuses(kindsApp, kinds);
  await fc.assert(
    fc.asyncProperty(hostileRequests(kinds, ['1', '404']), async ({ path, init }) => {
      const reply = await recorder.request(path, init);
      expect(reply.status).toBeLessThan(500);
      await reply.body?.cancel();
    }),
    { numRuns: 300 },
  );
});
