import { isEventStream } from './event-stream.ts';
import type { BodyDecoder } from './reply-body.ts';
import type { ReplyHead } from './reply-head.ts';
import { createReplyStream, type ReplyStream } from './reply-stream.ts';

/** A body that is passed on before all of it has come. */
export type OpenBody = {
  readonly decoder: BodyDecoder;
  readonly head: ReplyHead;
  /** Undefined once all of it has come: the connection may serve another request by now. */
  flow: Flow | undefined;
  readonly stream: ReplyStream;
  isPaused: boolean;
};

/** What a body that is read slowly does to the connection that it comes by. */
export type Flow = {
  readonly pause: () => void;
  readonly resume: () => void;
  /** Whoever reads the body has left. */
  readonly onLeave: (reason: unknown) => void;
};

export function openBody(head: ReplyHead, decoder: BodyDecoder, flow: Flow): OpenBody {
  const body: OpenBody = { decoder, head, flow, isPaused: false, stream: streamTo(() => body) };
  // Bun holds the head back until there is a first byte, so a quiet stream would look dead.
  if (takesComment(head)) body.stream.push([COMMENT]);
  return body;
}

/** Passes on what has come of it; once it is whole, how many bytes came after its end. */
export function readOn(body: OpenBody, bytes: Uint8Array): number | undefined {
  const { decoder, stream } = body;
  const { pieces, isDone, surplus } = decoder.decode(bytes);
  stream.push(pieces);
  if (!isDone) return undefined;
  stream.end();
  if (body.isPaused) body.flow?.resume();
  body.flow = undefined;
  return surplus;
}

/** A comment in clear within what is compressed would spoil it. */
const takesComment = ({ headers }: ReplyHead): boolean =>
  headers['content-encoding'] === undefined && isEventStream(headers['content-type']);

const COMMENT = Buffer.from(':\n\n');

function streamTo(body: () => OpenBody): ReplyStream {
  const hold = (isPaused: boolean) => {
    const { flow } = body();
    if (flow === undefined || isPaused === body().isPaused) return;
    body().isPaused = isPaused;
    if (isPaused) flow.pause();
    else flow.resume();
  };
  return createReplyStream({
    onFull: () => hold(true),
    onRoom: () => hold(false),
    onLeave: (reason) => body().flow?.onLeave(reason),
  });
}
