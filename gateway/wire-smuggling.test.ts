import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect, createServer, type Server } from 'node:net';

import { array, assert, asyncProperty, constantFrom, tuple } from 'fast-check';

import { bodyOf, everythingTo, exchange, get, startGateway, targetOf } from './test-rig.ts';

/** What each connection to the upstream has carried. */
const wires: string[] = [];
let upstream: Server;
let gateway: ReturnType<typeof startGateway>;
beforeAll(async () => {
  upstream = createServer((socket) => {
    const nth = wires.push('') - 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      wires[nth] += bytes.toString('latin1');
      const { targets, rest } = readStrictly(wires[nth] ?? '');
      const target = targets.at(-1);
      if (rest === '' && target !== undefined)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  gateway = startGateway({ routes: [everythingTo(`http://127.0.0.1:${port}`)] });
});
afterAll(async () => {
  await gateway.stop();
  upstream.close();
});

const LINE = String.raw`[!#$%&'*+.^_\`|~\w-]+: [!-~\x80-\xff\t ]*\r\n`;
const HEAD = new RegExp(String.raw`^[A-Z]+ /[!-~]* HTTP/1\.1\r\n(?:${LINE})+\r\n`);
const CHUNKS = /^(?:([1-9a-f][\da-f]*)\r\n)([^]*)$/;

/**
 * The targets of the messages that a connection carried, by a reader that knows one way to write each
 * thing, and what is left that is no message, or none yet.
 */
function readStrictly(wire: string): { readonly targets: string[]; readonly rest: string } {
  const targets: string[] = [];
  let rest = wire;
  for (;;) {
    const head = HEAD.exec(rest)?.[0];
    if (head === undefined) return { targets, rest };
    const end = endOfBody(head.toLowerCase(), rest.slice(head.length));
    if (end === undefined) return { targets, rest };
    targets.push(targetOf(head));
    rest = rest.slice(head.length + end);
  }
}

function endOfBody(head: string, bytes: string): number | undefined {
  const framings = head.match(/^(?:content-length|transfer-encoding): .*$/gm) ?? [];
  const [framing = 'content-length: 0'] = framings;
  if (framings.length > 1) throw new Error(`Framed in two ways: ${head}`);
  const length = /^content-length: (\d+)\r?$/.exec(framing)?.[1];
  if (length !== undefined) return bytes.length < Number(length) ? undefined : Number(length);
  if (framing.trim() !== 'transfer-encoding: chunked') throw new Error(`Framed oddly: ${head}`);
  return endOfChunks(bytes);
}

function endOfChunks(bytes: string): number | undefined {
  let at = 0;
  while (!bytes.startsWith('0\r\n\r\n', at)) {
    const [, size, rest = ''] = CHUNKS.exec(bytes.slice(at)) ?? [];
    if (size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    if (rest.length < length + 2) return undefined;
    if (rest.slice(length, length + 2) !== '\r\n') throw new Error(`A chunk without end: ${bytes}`);
    at += size.length + 2 + length + 2;
  }
  return at + 5;
}

/** Sends bytes and leaves: after an answer where there is to be one, else at once. */
async function send(bytes: string): Promise<void> {
  const isWhole = targetsIn(bytes).length > 0;
  await new Promise<void>((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1', () => {
      if (isWhole) socket.write(bytes, 'latin1');
      else socket.end(bytes, 'latin1');
    });
    socket.on('error', () => undefined);
    socket.on('data', () => socket.end());
    socket.on('close', () => resolve());
  });
}

function targetsIn(bytes: string): readonly string[] {
  try {
    return readStrictly(bytes).targets;
  } catch {
    return [];
  }
}

const lines = constantFrom(
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 44\r\n',
  'Content-Length: 5, 5\r\n',
  'Content-Length: +5\r\n',
  'Content-Length : 5\r\n',
  'Content-Length: 0x5\r\n',
  'content-length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: Chunked\r\n',
  'Transfer-Encoding:\tchunked\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'Transfer-Encoding: \x0bchunked\r\n',
  'Transfer-Encoding\r\n',
  'Transfer_Encoding: chunked\r\n',
  'X-A: 1\r\n Transfer-Encoding: chunked\r\n',
  'X-A: 1\nTransfer-Encoding: chunked\r\n',
  'X-A: 1\rTransfer-Encoding: chunked\r\n',
  'Connection: Content-Length\r\n',
  'Connection: close, Transfer-Encoding\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: h2c\r\n',
);
const SMUGGLED = 'GET /smuggled-N HTTP/1.1\r\nHost: gw\r\n\r\n';
const bodies = array(
  constantFrom(
    'hello',
    '5\r\nhello\r\n',
    '5;a=b\r\nhello\r\n',
    '5\nhello\n',
    '5 \r\nhello\r\n',
    '0\r\n\r\n',
    '0\r\nX-T: 1\r\n\r\n',
    '0\r\n',
    '00\r\n\r\n',
    '\r\n',
    '100000000000000005\r\nhello\r\n',
    SMUGGLED,
  ),
  { maxLength: 4 },
);
const starts = constantFrom(
  'POST /hostile-N HTTP/1.1\r\n',
  'PUT /hostile-N HTTP/1.1\r\n',
  'GET /hostile-N HTTP/1.1\r\n',
  'DELETE /hostile-N HTTP/1.1\r\n',
  'POST /hostile-N HTTP/1.0\r\n',
  'POST  /hostile-N HTTP/1.1\r\n',
);

test('whatever a client sends, its upstream gets one request of it, and others theirs', async () => {
  let nth = 0;
  const message = tuple(starts, array(lines, { maxLength: 3 }), bodies);
  await assert(
    asyncProperty(message, async ([start, fields, body]) => {
      nth += 1;
      const text = `${start}Host: gw\r\n${fields.join('')}\r\n${body.join('')}`;
      const bytes = text.replaceAll('-N ', `-${nth} `);
      await send(bytes);
      expect(bodyOf(await exchange(gateway.port, get(`/clean-${nth}`)))).toBe(`/clean-${nth}`);
      const seen = wires.flatMap((wire) => readStrictly(wire).targets);
      expect(seen.filter((target) => target === `/hostile-${nth}`).slice(1)).toEqual([]);
      // Behind one that was refused at once it is a request like any other.
      const isSecond = targetsIn(bytes).includes(`/smuggled-${nth}`);
      const isBehind = seen.includes(`/hostile-${nth}`) && seen.includes(`/smuggled-${nth}`);
      expect(isBehind && !isSecond).toBe(false);
    }),
    { numRuns: 300 },
  );
}, 60_000);
