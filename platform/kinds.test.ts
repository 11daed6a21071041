import { describe, expect, expectTypeOf, test } from 'bun:test';

import { fixedDiscovery } from './discovery.ts';
import { feign } from './feign.ts';
import type { ByteStream } from './operation-types.ts';
import { chunks, kinds, kindsApp, today } from './testing-kinds.ts';

const overSocket = () => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => kindsApp.fetch(request),
  });
  const discovery = fixedDiscovery({ [kinds.service]: [server.url.origin] });
  return {
    client: feign(kinds, { discovery }),
    [Symbol.dispose]: () => void server.stop(true),
  };
};
const inProcess = () => ({
  client: feign(kinds, { fetch: (request) => kindsApp.fetch(request) }),
  [Symbol.dispose]: () => undefined,
});

describe.each([
  ['in process', inProcess],
  ['over a socket', overSocket],
])('feign() and implement() %s', (_, connect) => {
  test('carry parameters in path, query, headers and cookies', async () => {
    using at = connect();
    const { said } = await at.client.everywhere({
      tenant: 'a/b ?',
      tag: ['x,y'],
      id: ['1', '2'],
      on: today,
      'x-depth': 3,
      'x-list': ['p', 'q'],
      session: 'é; b=1',
    });
    expect(said).toBe(
      Bun.inspect(
        {
          tenant: 'a/b ?',
          tag: ['x,y'],
          id: ['1', '2'],
          on: today,
          'x-depth': 3,
          'x-list': ['p', 'q'],
          session: 'é; b=1',
        },
        { compact: true },
      ),
    );
  });

  test('carry forms, and forms with files', async () => {
    using at = connect();
    const fields = { name: 'a&b=é', size: 2, tag: ['x', 'y'] };
    const filled = await at.client.submit({ body: fields });
    expect(JSON.parse(filled.said)).toEqual(fields);
    const file = new File(['hello'], 'été.txt');
    const sent = await at.client.upload({ body: { file, more: [file, file] } });
    expect(sent.said).toBe('été.txt hello 2 1');
  });

  test('carry text and bytes, whole and as a stream', async () => {
    using at = connect();
    expect(await at.client.note({ body: 'a;b' })).toBe('a;b;é');
    expect(await at.client.load({ body: new Uint8Array(7) })).toEqual({ size: 7 });
    expect(await at.client.load({ body: new Blob(['ab']) })).toEqual({ size: 2 });
    expect(await at.client.load({ body: chunks() })).toEqual({ size: 6 });
  });

  test('give bytes as they come, and whole', async () => {
    using at = connect();
    const texts: string[] = [];
    for await (const chunk of at.client.file({ name: 'a' }))
      texts.push(new TextDecoder().decode(chunk));
    expect(texts.join('')).toBe('0,1,2,');
    expect(await at.client.file({ name: 'a' }).text()).toBe('0,1,2,');
    expect(await at.client.file.find({ name: 'none' })).toBeNull();
    const opened = await at.client.file.reply({ name: 'é a' });
    if (opened.status !== 200) throw new Error('Expected the file');
    expect(await opened.data.text()).toBe('0,1,2,');
    expect(opened.headers.get('content-type')).toBe('application/pdf');
    expect(opened.headers.get('content-disposition')).toBe(
      `attachment; filename="_ a.pdf"; filename*=UTF-8''%C3%A9%20a.pdf`,
    );
  });

  test('give typed events as they happen', async () => {
    using at = connect();
    const got: unknown[] = [];
    for await (const event of at.client.watch({ from: 5 })) {
      got.push(event);
      if (event.event === 'tick') expectTypeOf(event.data).toEqualTypeOf<{ n: number; on: Date }>();
      else expectTypeOf(event.data).toEqualTypeOf<'end'>();
    }
    expect(got).toEqual([
      { event: 'tick', id: '5', data: { n: 5, on: today } },
      { event: 'tick', id: '6', data: { n: 6, on: today } },
      { event: 'tick', id: '7', data: { n: 7, on: today } },
      { event: 'end', data: 'end' },
    ]);
  });

  test('tell several successful replies apart', async () => {
    using at = connect();
    expect(await at.client.start({ body: { now: true } })).toEqual({ said: 'done' });
    const later = await at.client.start.reply({ body: { now: false } });
    expect(later).toMatchObject({ status: 202, data: { job: 7 } });
  });
});

test('the types of the new kinds are plain', () => {
  const { client } = inProcess();
  type Watched = ReturnType<typeof client.watch>;
  type Everywhere = Parameters<typeof client.everywhere>[0];
  expectTypeOf<Everywhere>().toEqualTypeOf<{
    tenant: string;
    tag: string[];
    id?: string[] | undefined;
    on: Date;
    'x-depth': number;
    'x-list'?: string[] | undefined;
    session: string;
  }>();
  expectTypeOf<ReturnType<typeof client.file>>().toEqualTypeOf<ByteStream>();
  expectTypeOf<ReturnType<typeof client.note>>().toEqualTypeOf<Promise<string>>();
  expectTypeOf<Watched>().toEqualTypeOf<
    AsyncIterable<
      | { readonly event: 'tick'; readonly data: { n: number; on: Date }; readonly id?: string }
      | { readonly event: 'end'; readonly data: 'end'; readonly id?: string }
    >
  >();
  type Upload = Parameters<typeof client.upload>[0]['body'];
  expectTypeOf<Upload>().toEqualTypeOf<{
    file: File;
    more: File[];
    picture?: File | undefined;
    pages?: number | undefined;
  }>();
});
