import { expect, test } from 'bun:test';

import { array, assert, asyncProperty, nat } from 'fast-check';

import { readEvents, type ServerEvent } from './event-stream.ts';

const STREAM = [
  ': still here\n\n',
  'event: snapshot\nid: 7\ndata: {"ä": "😀"}\n\n',
  'data: one\r\ndata:two\r\n\r\n',
  'event: change\rdata: \r\r',
  'retry: 10\nid\ndata\n\n',
  'event: nothing\n\n',
  'data: cut off',
].join('');

const EVENTS: ServerEvent[] = [
  { event: 'snapshot', id: '7', data: '{"ä": "😀"}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'change', data: '' },
  { event: 'message', id: '', data: '' },
];

test('readEvents() reads the same events however the stream is cut', async () => {
  const bytes = new TextEncoder().encode(STREAM);
  await assert(
    asyncProperty(array(nat(bytes.length), { maxLength: 20 }), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
      expect(await Array.fromAsync(readEvents(streamOf(chunks)))).toEqual(EVENTS);
    }),
  );
});

test('readEvents() tells of every chunk, comments too', async () => {
  let heard = 0;
  const chunks = [': a\n\n', ': b\n\n'].map((text) => new TextEncoder().encode(text));
  const events = await Array.fromAsync(readEvents(streamOf(chunks), () => void (heard += 1)));
  expect({ heard, events }).toEqual({ heard: 2, events: [] });
});

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
