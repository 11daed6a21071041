import { expect, test } from 'bun:test';

import type { Message } from './message.ts';
import { createPendingRequests } from './pending.ts';
import { isUpload, sendHead, sendUpload } from './send-request.ts';
import { sendUnsent, type Writer } from './socket-writer.ts';

const pending = createPendingRequests();

function message(pathAndQuery: string, body: Message['body'] = null): Message {
  const waiting = pending.add(new Request('http://a/'), 60_000);
  pending.settle(waiting);
  const method = body === null ? 'GET' : 'POST';
  const rest = { headers: {}, length: undefined, waiting, isRepeatable: body === null };
  return { method, pathAndQuery, body, ...rest };
}

/** A writer whose socket has room for so many bytes at a time, and what it got. */
function writerWith(room: number) {
  let wire = '';
  const write = (bytes: Uint8Array, from: number, length: number) => {
    const taken = Math.min(room, length);
    wire += Buffer.from(bytes.subarray(from, from + taken)).toString('latin1');
    return taken;
  };
  const writer: Writer = { socket: { write }, unsent: undefined, onSent: undefined };
  return { writer, wire: () => wire };
}

test('what a socket has no room for yet is not written over by the next request', () => {
  const slow = writerWith(20);
  sendHead(slow.writer, message('/slow'), 'upstream');
  sendHead(writerWith(1000).writer, message('/quick?secret=1'), 'upstream');
  while (slow.writer.unsent) sendUnsent(slow.writer);
  expect(slow.wire()).toBe(
    'GET /slow HTTP/1.1\r\nhost: upstream\r\nconnection: keep-alive\r\n\r\n',
  );
});

test('an empty piece of a body does not end it', async () => {
  const { writer, wire } = writerWith(1000);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of ['one', '', 'two']) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const upload = message('/x', body);
  if (!isUpload(upload)) throw new Error('It has a body');
  await sendUpload(writer, upload, { host: 'upstream', isOver: () => false });
  expect(wire()).toEndWith('\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n');
});
