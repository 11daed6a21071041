import { asProblem } from './app-problem.ts';
import { isAsyncIterable, sameContext } from './byte-stream.ts';
import { encode } from './codec.ts';
import type { EventsReply } from './contract.ts';
import type { Log } from './log.ts';
import type { OpenStreams } from './open-streams.ts';
import { problemBody } from './problem.ts';
import { currentContext } from './request-context.ts';

type EventDeps = {
  readonly log: Log;
  readonly isHead: boolean;
  readonly streams: OpenStreams;
};

/**
 * The response to a request for events: each as soon as the handler gives it, a comment where there
 * is none for a while. When the handler fails, the last event is a `problem` that says why.
 */
export function eventReply(
  { events }: EventsReply,
  given: unknown,
  status: number,
  { log, isHead, streams }: EventDeps,
): Response {
  if (!isAsyncIterable(given)) throw new Error('The handler gave no events');
  // Nobody would ever read or leave the stream of a HEAD.
  if (isHead) return new Response(null, { status, headers: HEADERS });
  const { next, leave } = sameContext(given[Symbol.asyncIterator]());
  const requestId = currentContext()?.requestId;
  let stop: (() => void) | undefined;
  /** The reader has left, or the server is about to: what is still being made is for nobody. */
  let isOver = false;

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // Without a first byte, a reader would not even learn the status.
      controller.enqueue(COMMENT);
      const heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(COMMENT);
      }, HEARTBEAT_MS);
      const end = () => {
        stop?.();
        controller.close();
        void leave();
      };
      stop = () => {
        isOver = true;
        clearInterval(heartbeat);
        streams.delete(end);
      };
      streams.add(end);
    },
    async pull(controller) {
      try {
        const { done, value } = await next();
        if (isOver) return;
        if (!done) return controller.enqueue(frameOf(events, value));
      } catch (error) {
        await leave();
        if (isOver) return;
        const data = JSON.stringify(problemBody(asProblem(error, log), requestId));
        controller.enqueue(bytes(`event: problem\ndata: ${data}\n\n`));
      }
      stop?.();
      controller.close();
    },
    async cancel() {
      stop?.();
      await leave();
    },
  });
  return new Response(body, { status, headers: HEADERS });
}

function frameOf(events: EventsReply['events'], given: unknown): Uint8Array {
  if (!isEvent(given)) throw new Error('The handler gave no event');
  const { event, data, id } = given;
  const schema = events[event];
  if (schema === undefined) throw new Error(`The handler gave the event '${event}', undeclared`);
  if (id !== undefined && /[\0\r\n]/.test(id)) throw new Error('The id of an event is one line');
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return bytes(`${idLine}event: ${event}\ndata: ${JSON.stringify(encode(schema, data))}\n\n`);
}

function isEvent(given: unknown): given is { event: string; data: unknown; id?: string } {
  return typeof given === 'object' && given !== null && 'event' in given && 'data' in given;
}

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const COMMENT = bytes(':\n\n');

/** Proxies tend to close what is quiet for a minute, and readers wait no longer either. */
const HEARTBEAT_MS = 15_000;
