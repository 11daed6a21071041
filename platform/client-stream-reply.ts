import { type OpenStream, StreamError } from './client-stream.ts';
import { decode } from './codec.ts';
import { type EventsReply, Problem } from './contract.ts';
import { readEvents, type ServerEvent } from './event-stream.ts';
import type { ByteStream } from './operation-types.ts';
import type { RemoteError } from './remote-error.ts';

/** Makes the error of a call out of what went wrong while its reply was read. */
export type StreamFailure = (error: StreamError, problem?: Problem) => RemoteError;

/**
 * Ends the requests of streams that were given to a caller and forgotten unread, once their memory
 * is collected.
 */
const forgotten = new FinalizationRegistry<OpenStream>((stream) => void stream.leave());

function untilRead<T extends object>(data: T, stream: OpenStream | undefined): T {
  if (stream) forgotten.register(data, stream, stream);
  return data;
}

/** A body as chunks; leaving the loop ends the request. */
export function byteStream(stream: OpenStream | undefined, failure: StreamFailure): ByteStream {
  return untilRead(
    wholeReaders(() => chunks(stream, failure)),
    stream,
  );
}

/** Bytes with the two ways to have all of them at once. */
export function wholeReaders(iterate: () => AsyncIterator<Uint8Array>): ByteStream {
  const all = { [Symbol.asyncIterator]: iterate };
  const bytes = async () => {
    const parts: Uint8Array[] = [];
    for await (const part of all) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  };
  return { ...all, bytes, text: async () => new TextDecoder().decode(await bytes()) };
}

/** Server-sent events, checked and decoded by the schemas that the contract has for them. */
export function typedEvents(
  reply: EventsReply,
  stream: OpenStream | undefined,
  failure: StreamFailure,
): AsyncIterable<unknown> {
  const read = async function* () {
    const body = { [Symbol.asyncIterator]: () => chunks(stream, failure) };
    for await (const event of readEvents(body)) {
      const data = parsed(event, failure);
      if (event.event === 'problem') throw failureOf(data, failure);
      const typed = typedEvent(reply, event, data, failure);
      // An event that is not declared may be one of a later version.
      if (typed) yield typed;
    }
  };
  const iterate = (): AsyncIterator<unknown> => {
    if (stream) forgotten.unregister(stream);
    const events = read();
    return {
      next: () => events.next(),
      async return() {
        // Before the first event there is no loop in it yet that could be left.
        await stream?.leave();
        await events.return();
        return { done: true, value: undefined };
      },
    };
  };
  return untilRead({ [Symbol.asyncIterator]: iterate }, stream);
}

/** The chunks of an open stream, with the errors of the call. */
function chunks(
  stream: OpenStream | undefined,
  failure: StreamFailure,
): AsyncIterator<Uint8Array, undefined> {
  if (stream) forgotten.unregister(stream);
  return {
    async next() {
      try {
        return (await stream?.next()) ?? { done: true, value: undefined };
      } catch (error) {
        throw error instanceof StreamError ? failure(error) : error;
      }
    },
    async return() {
      await stream?.leave();
      return { done: true, value: undefined };
    },
  };
}

function parsed({ event, data }: ServerEvent, failure: StreamFailure): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw failure(new StreamError('broken', `The event '${event}' is not JSON`));
  }
}

function failureOf(data: unknown, failure: StreamFailure): RemoteError {
  const { data: problem } = Problem.safeParse(data);
  const reason = `It broke off (${problem?.title ?? 'without a reason'})`;
  return failure(new StreamError(problem ? 'status' : 'broken', reason), problem);
}

function typedEvent(
  { events }: EventsReply,
  { event, id }: ServerEvent,
  wire: unknown,
  failure: StreamFailure,
): object | undefined {
  const schema = events[event];
  if (schema === undefined) return undefined;
  const decoded = decode(schema, wire);
  if (decoded.success) return { event, data: decoded.data, ...(id !== undefined && { id }) };
  const complaints = decoded.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
  throw failure(new StreamError('broken', `The event '${event}': ${complaints.join('; ')}`));
}
