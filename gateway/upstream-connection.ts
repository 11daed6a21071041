import type { Socket } from 'bun';

import type { Message } from './message.ts';
import type { Flow } from './open-body.ts';
import { endWork } from './pending.ts';
import {
  breakOff,
  endEvents,
  endReply,
  readReply,
  type Reply,
  type ReplyReader,
  replyReader,
} from './reply-reader.ts';
import { isUpload, sendHead, sendUpload, type Upload } from './send-request.ts';
import { stopSending, type Writer } from './socket-writer.ts';

/** A message that is sent, and who waits for the reply to it. */
export type Call = {
  readonly message: Message;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
};

/** Where a connection leads. */
export type Address = {
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** As it stands in the Host header. */
  readonly host: string;
};

/** What becomes of a connection on which nothing is under way. */
export type ConnectionOwner = {
  readonly address: Address;
  /** It can be used again, for so long. */
  readonly onIdle: (connection: Connection, keepAliveMs: number) => void;
  readonly onClose: (connection: Connection) => void;
  /** It had been given up before a byte of the reply came, as one that waits may be at any time. */
  readonly onStale: (call: Call) => void;
};

/** A connection to an instance, on which there is one exchange at a time. */
export type Connection = Writer & {
  readonly owner: ConnectionOwner;
  readonly flow: Flow;
  /** Undefined until it is there. */
  socket: Socket<Connection> | undefined;
  state: 'connecting' | 'open' | 'closed';
  call: Call | undefined;
  reader: ReplyReader | undefined;
  isUploading: boolean;
  /** Whether there was another exchange on it before. */
  isUsed: boolean;
  /** Until when it may wait for the next, by `performance.now()`. */
  idleUntilMs: number;
  /** Ends what is under way on it, and with it the connection. */
  readonly end: (reason: unknown) => void;
};

/** One that is yet to be made; `carry` may be called at once. */
export function newConnection(owner: ConnectionOwner): Connection {
  const end = (reason: unknown) => abandon(connection, reason);
  const connection: Connection = {
    owner,
    flow: {
      pause: () => connection.socket?.pause(),
      resume: () => connection.socket?.resume(),
      onLeave: end,
    },
    socket: undefined,
    unsent: undefined,
    onSent: undefined,
    state: 'connecting',
    call: undefined,
    reader: undefined,
    isUploading: false,
    isUsed: false,
    idleUntilMs: 0,
    end,
  };
  return connection;
}

/** Sends a message and reads the reply; the connection must not be busy. */
export function carry(connection: Connection, call: Call): void {
  connection.call = call;
  call.message.waiting.work = connection;
  if (connection.state === 'open') send(connection, call);
}

/** Ends it if what comes over it is a stream of events. */
export function endEventStream(connection: Connection): void {
  if (connection.reader && endEvents(connection.reader)) abandon(connection, undefined);
}

/** What it is to go by is there, and safe where it has to be. */
export function connected(connection: Connection, socket: Socket<Connection>): void {
  connection.socket = socket;
  // Whoever wanted it has gone meanwhile.
  if (connection.state === 'closed') return socket.terminate();
  connection.state = 'open';
  if (connection.call) send(connection, connection.call);
}

function send(connection: Connection, call: Call): void {
  const { message } = call;
  const { host } = connection.owner.address;
  connection.reader = replyReader(message.method);
  if (isUpload(message)) void upload(connection, message, call);
  else sendHead(connection, message, host);
}

async function upload(connection: Connection, message: Upload, call: Call): Promise<void> {
  const { host } = connection.owner.address;
  const isOver = () => connection.call !== call;
  connection.isUploading = true;
  try {
    await sendUpload(connection, message, { host, isOver });
  } catch (error) {
    // The client's fault, not the upstream's.
    if (!isOver()) endWork(message.waiting, error);
  }
  if (!isOver()) connection.isUploading = false;
}

/** Something has come over it. */
export function take(connection: Connection, bytes: Buffer): void {
  const { call, reader, flow } = connection;
  // Nothing was asked: whatever this answers, it is not the next request.
  if (call === undefined || reader === undefined) return abandon(connection, undefined);
  try {
    const reply = readReply(reader, bytes, flow);
    if (reply) call.resolve(reply);
  } catch (error) {
    return abandon(connection, error);
  }
  if (reader.keepAliveMs !== undefined) release(connection, reader.keepAliveMs);
}

/** The reply is whole. */
function release(connection: Connection, keepAliveMs: number): void {
  const isAllSent = !connection.isUploading && connection.unsent === undefined;
  settle(connection);
  connection.isUsed = true;
  if (isAllSent && keepAliveMs > 0) connection.owner.onIdle(connection, keepAliveMs);
  // An answer to half a request: what is left of it must not be taken for the next one.
  else abandon(connection, undefined);
}

/** The other side has closed it, or it never came about. */
export function closed(connection: Connection, error: Error | undefined): void {
  const { call, reader, state, isUsed, owner } = connection;
  if (state === 'closed') return;
  const isWhole = reader !== undefined && endReply(reader, error);
  const isStale = isUsed && reader?.hasBegun === false;
  if (call && isStale && call.message.isRepeatable) {
    settle(connection);
    owner.onStale(call);
  }
  abandon(connection, isWhole ? undefined : (error ?? closedEarly()));
}

/** Nothing more is done with it; what is under way has failed. */
export function abandon(connection: Connection, reason: unknown): void {
  const { call, reader, socket, state } = connection;
  if (state === 'closed') return;
  connection.state = 'closed';
  settle(connection);
  if (reader) breakOff(reader, reason);
  call?.reject(reason);
  socket?.terminate();
  connection.owner.onClose(connection);
}

function settle(connection: Connection): void {
  if (connection.call) connection.call.message.waiting.work = undefined;
  connection.call = connection.reader = undefined;
  connection.isUploading = false;
  stopSending(connection);
}

const closedEarly = (): Error =>
  Object.assign(new Error('The connection was closed before the end of the reply'), {
    code: 'ECONNRESET',
  });
