import { describe, expect, test } from 'bun:test';

import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  double,
  integer,
  string,
  tuple,
  uint8Array,
} from 'fast-check';

import { BrokenReplyError } from './broken-reply-error.ts';
import { endEvents, endReply, readReply, replyReader } from './reply-reader.ts';

const nothing = () => undefined;
const flow = { pause: nothing, resume: nothing, onLeave: nothing };

type Asked = { readonly method?: string; readonly isClosed?: boolean };

/** What a reply comes to that arrives in these parts; `isClosed` when the connection ends after them. */
async function read(parts: readonly Buffer[], asked: Asked = {}) {
  try {
    return await readParts(parts, asked);
  } catch (error) {
    if (error instanceof BrokenReplyError) return 'broken';
    throw error;
  }
}

async function readParts(parts: readonly Buffer[], { method, isClosed }: Asked) {
  const reader = replyReader(method ?? 'GET');
  let reply: ReturnType<typeof readReply>;
  let surplus = 0;
  for (const part of parts) {
    if (reader.keepAliveMs === undefined) reply = readReply(reader, part, flow) ?? reply;
    else surplus += part.length;
  }
  if (isClosed && reader.keepAliveMs === undefined) endReply(reader, undefined);
  const { keepAliveMs } = reader;
  if (reply === undefined || keepAliveMs === undefined) return 'unfinished';
  const { status, headers, cookies } = reply;
  return {
    status,
    headers,
    cookies,
    body: Buffer.from(await new Response(reply.body).bytes()).toString('latin1'),
    keepAliveMs: Math.min(keepAliveMs, surplus > 0 ? 0 : keepAliveMs),
  };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const readText = (text: string, asked?: Asked) => read([bytes(text)], asked);

const OK = 'HTTP/1.1 200 OK\r\n';

/** A reply with these lines that goes on, ended as a stop does. */
const stopped = (...lines: string[]) => {
  const reader = replyReader('GET');
  const reply = readReply(reader, bytes(`${OK}${lines.join('\r\n')}\r\n\r\ndata`), flow);
  return { body: new Response(reply?.body).text(), isEnded: endEvents(reader) };
};

/** Cuts at shares of the whole, so that each cut is somewhere in it. */
function cut(whole: Buffer, shares: readonly number[]): Buffer[] {
  const places = shares.map((share) => Math.floor(share * whole.length)).toSorted((a, b) => a - b);
  return [...places, whole.length].map((end, n) => whole.subarray(places[n - 1] ?? 0, end));
}

describe('a reply', () => {
  test('is the same however its bytes are cut', async () => {
    const line = constantFrom(
      'Content-Type: text/plain\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Set-Cookie: a=1\r\n',
      'X-A:  \xc3\xa0 \r\n',
      'Connection: close\r\n',
      'Broken line\r\n',
    );
    const body = constantFrom(
      'hello',
      'hello and more',
      '5\r\nhello\r\n0\r\n\r\n',
      '2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX-T: 1\r\n\r\n',
      '3\r\nhel\r\n',
      'G\r\n',
    );
    const start = constantFrom(
      OK,
      'HTTP/1.0 200\r\n',
      `HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n${OK}`,
    );
    const message = tuple(start, array(line, { maxLength: 5 }), body);
    const shares = array(double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    await assert(
      asyncProperty(message, shares, async ([first, lines, rest], places) => {
        const whole = bytes(`${first}${lines.join('')}\r\n${rest}`);
        const parts = cut(whole, places);
        expect(await read(parts)).toEqual(await read([whole]));
        expect(await read(parts, { isClosed: true })).toEqual(
          await read([whole], { isClosed: true }),
        );
      }),
    );
  });

  test('of any bytes whatever is read, or broken, and nothing else', async () => {
    const heads = constantFrom('', OK, `${OK}Transfer-Encoding: chunked\r\n\r\n`, `${OK}X: `);
    await assert(
      asyncProperty(heads, uint8Array({ maxLength: 200 }), async (head, rest) => {
        await read([bytes(head), Buffer.from(rest)]);
      }),
    );
    await assert(
      asyncProperty(
        heads,
        string({ unit: constantFrom('\r', '\n', ':', ' ', '0', '1', 'a') }),
        async (head, rest) => {
          await readText(head + rest);
        },
      ),
    );
  });

  test('that was chunked is what went into the chunks', async () => {
    await assert(
      asyncProperty(
        array(uint8Array({ minLength: 1, maxLength: 40 })),
        integer({ min: 1, max: 7 }),
        async (chunks, size) => {
          const framed = chunks.map(
            (chunk) =>
              `${chunk.length.toString(16)}\r\n${Buffer.from(chunk).toString('latin1')}\r\n`,
          );
          const whole = bytes(`${OK}Transfer-Encoding: chunked\r\n\r\n${framed.join('')}0\r\n\r\n`);
          const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) =>
            whole.subarray(n * size, (n + 1) * size),
          );
          expect(await read(parts)).toMatchObject({
            body: Buffer.concat(chunks).toString('latin1'),
          });
        },
      ),
    );
  });

  test('keeps its headers but those of its connection', async () => {
    const lines = [
      'ETag: "x"',
      'Connection: X-Mine, Content-Type',
      'X-Mine: 1',
      'Keep-Alive: timeout=3',
      'Content-Type:text/plain',
      'X-Twice: 1',
      'Set-Cookie: a=1',
      'x-twice: 2',
      'Constructor: me',
      'Set-Cookie: b=2',
      'Content-Length: 2',
    ];
    expect(await readText(`${OK}${lines.join('\r\n')}\r\n\r\nok`)).toEqual({
      status: 200,
      headers: {
        etag: '"x"',
        'content-type': 'text/plain',
        'x-twice': '1, 2',
        constructor: 'me',
        'content-length': '2',
      },
      cookies: ['a=1', 'b=2'],
      body: 'ok',
      keepAliveMs: 2000,
    });
  });

  test('has no body where there is none by its status or its request', async () => {
    const length = 'Content-Length: 5\r\n\r\n';
    expect(await readText(`HTTP/1.1 304 Not Modified\r\n${length}`)).toMatchObject({ body: '' });
    expect(await readText(`HTTP/1.1 204 No Content\r\n\r\n`)).toMatchObject({ body: '' });
    const head = await readText(OK + length, { method: 'HEAD' });
    expect(head).toMatchObject({ body: '', headers: { 'content-length': '5' } });
  });

  test('whose end only the end of the connection tells is whole then, and not before', async () => {
    expect(await readText(`${OK}\r\nall there is`)).toBe('unfinished');
    expect(await readText(`${OK}\r\nall there is`, { isClosed: true })).toMatchObject({
      body: 'all there is',
    });
    expect(await readText(`${OK}Content-Length: 9\r\n\r\nhalf`, { isClosed: true })).toBe(
      'unfinished',
    );
    const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`;
    expect(await readText(chunked, { isClosed: true })).toBe('unfinished');
  });
});

test('the connection of a reply is not used again after bytes that nobody asked for', async () => {
  const reply = await readText(`${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n`);
  expect(reply).toMatchObject({ body: 'ok', keepAliveMs: 0 });
});

describe('a stream of events', () => {
  test('begins at once, by a comment, and can be ended', async () => {
    for (const type of ['text/event-stream', 'Text/Event-Stream; charset=utf-8']) {
      const { body, isEnded } = stopped(`Content-Type: ${type}`);
      expect([type, isEnded, await body]).toEqual([type, true, ':\n\ndata']);
    }
  });

  test('that is compressed begins by nothing in clear, and can be ended all the same', async () => {
    const { body, isEnded } = stopped('Content-Type: text/event-stream', 'Content-Encoding: gzip');
    expect([isEnded, await body]).toEqual([true, 'data']);
  });

  test('is nothing that is called alike', () => {
    for (const type of ['text/event-streams', 'text/plain; x=text/event-stream'])
      expect([type, stopped(`Content-Type: ${type}`).isEnded]).toEqual([type, false]);
  });
});

describe('no reply has', () => {
  const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['another version', 'HTTP/2 200 OK\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 700 Odd\r\n\r\n'],
    ['a first line that is none, though no more comes', '-ERR unknown command\r\n'],
    ['lines that end in a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a first line that is none after one that was', 'HTTP/1.1 100 Continue\r\n\r\n+OK\n'],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a control character in its reason', 'HTTP/1.1 200 O\0K\r\n\r\n'],
    ['a folded line', `${OK}X-A: a\r\n b\r\n\r\n`],
    ['a bare CR', `${OK}X-A: a\rX-B: b\r\n\r\n`],
    ['a bare LF', `${OK}X-A: a\nX-B: b\r\n\r\n`],
    ['a NUL', `${OK}X-A: a\0b\r\n\r\n`],
    ['a space before the colon', `${OK}Content-Length : 2\r\n\r\nok`],
    ['no name', `${OK}: a\r\n\r\n`],
    ['no colon', `${OK}X-A\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`],
    ['a length with a sign', `${OK}Content-Length: +2\r\n\r\nok`],
    ['a length beyond counting', `${OK}Content-Length: ${'9'.repeat(16)}\r\n\r\nok`],
    ['a coding that we do not read', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a head beyond measure', `${OK}X-A: ${'a'.repeat(70_000)}`],
    ['a size that is none', `${chunked}x\r\n`],
    ['a size with a sign', `${chunked}-1\r\n`],
    ['a size beyond counting', `${chunked}${'f'.repeat(14)}\r\n`],
    ['a size without digits', `${chunked};a=b\r\n`],
    ['a chunk longer than its size', `${chunked}1\r\nok\r\n0\r\n\r\n`],
    ['a bare LF after a size', `${chunked}1\na\r\n`],
    ['an extension without end', `${chunked}1;${'a'.repeat(20_000)}`],
    ['trailers without end', `${chunked}0\r\n${'X-T: 1\r\n'.repeat(4000)}`],
  ])('%s', async (_, text) => {
    expect(await readText(text)).toBe('broken');
  });
});
