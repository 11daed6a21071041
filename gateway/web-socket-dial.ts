import type { Outcome } from 'platform/balancer';
import { ProblemError } from 'platform/problem';
import { callerLeft } from 'platform/upstream-problem';

import { problemOf } from './failures.ts';
import type { HeaderFields } from './header-fields.ts';

type Dialling = {
  /** With `http:` or `https:`. */
  readonly url: string;
  readonly headers: HeaderFields;
  readonly protocols: readonly string[];
  readonly timeoutMs: number;
  readonly service: string;
  /** Of the client. */
  readonly signal: AbortSignal;
};

type Listener = {
  readonly message: (data: string | ArrayBuffer) => void;
  readonly close: (code: number, reason: string) => void;
};

/** The upstream's end of a WebSocket that is open. */
export type Dialled = {
  readonly protocol: string;
  readonly listen: (listener: Listener) => void;
  readonly send: (data: string | Buffer<ArrayBuffer>) => void;
  readonly close: (code: number, reason?: string) => void;
  readonly waitingBytes: () => number;
  /** Code and reason, once it is closed. */
  readonly closed: readonly [number, string] | undefined;
};

/** What is known of an instance that did not open one. */
export type NotDialled = {
  readonly outcome: Outcome;
  /** Undefined when nobody was there: nothing was sent. */
  readonly problem: ProblemError | undefined;
};

const HANDSHAKE = ['accept', 'extensions', 'key', 'protocol', 'version'].map(
  (name) => `sec-websocket-${name}`,
);

/**
 * The sub-protocols that a client offers. Throws 400 for what are none (RFC 6455 §4.1): Bun's client
 * would throw of them, when an instance is chosen already.
 */
export function protocolsOf(headers: HeaderFields): string[] {
  const offered = headers['sec-websocket-protocol'] ?? '';
  const protocols = offered.split(',').flatMap((one) => one.trim() || []);
  if (protocols.every(isToken) && new Set(protocols).size === protocols.length) return protocols;
  throw badUpgrade(`'${offered}' offers no sub-protocols`);
}

const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(text);

export const badUpgrade = (detail = 'Its handshake is not one of RFC 6455'): ProblemError =>
  new ProblemError(400, 'bad-upgrade', 'This is no valid WebSocket request', { detail });

/** Opens a WebSocket to an upstream. */
export function dial(dialling: Dialling): Promise<Dialled | NotDialled> {
  const { timeoutMs, service, signal } = dialling;
  const socket = open(dialling);
  if (socket === undefined) {
    return Promise.resolve({ outcome: 'aborted', problem: badUpgrade() });
  }
  socket.binaryType = 'arraybuffer';
  const { promise, resolve } = Promise.withResolvers<Dialled | NotDialled>();
  const settle = (outcome: Dialled | NotDialled) => {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    resolve(outcome);
  };
  const giveUp = (outcome: NotDialled) => {
    settle(outcome);
    socket.terminate();
  };
  const leave = () => giveUp({ outcome: 'aborted', problem: callerLeft() });
  const timer = setTimeout(() => giveUp(failed('late', service)), timeoutMs);
  socket.addEventListener('open', () => settle(dialled(socket)));
  socket.addEventListener('error', (event) =>
    settle(outcomeOf('message' in event ? event.message : '', service)),
  );
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return promise;
}

/** Undefined where Bun cannot even ask so. */
function open({ url, headers, protocols }: Dialling): WebSocket | undefined {
  const asked = { ...headers };
  // The client makes its own handshake.
  for (const name of HANDSHAKE) delete asked[name];
  try {
    return new WebSocket(url.replace(/^http/, 'ws'), { headers: asked, protocols: [...protocols] });
  } catch {
    return undefined;
  }
}

/** Bun tells the status of a handshake that failed in words only. */
function outcomeOf(message: string, service: string): NotDialled {
  const status = Number(/101 status code: (\d{3})/.exec(message)?.[1]);
  if (status >= 400 && status < 600) {
    const problem = new ProblemError(
      status,
      'upgrade-refused',
      'The service refused the WebSocket',
      {
        detail: `'${service}' answered with ${status}`,
      },
    );
    return { outcome: status === 500 ? 'failed' : 'success', problem };
  }
  if (/failed to connect|refused/i.test(message)) return { outcome: 'refused', problem: undefined };
  return failed('broken', service, message);
}

function failed(failure: 'late' | 'broken', service: string, cause?: string): NotDialled {
  const problem = problemOf(failure, service, { maxBodyBytes: undefined, cause });
  return { outcome: 'failed', problem };
}

function dialled(socket: WebSocket): Dialled {
  let closed: readonly [number, string] | undefined;
  let listener: Listener | undefined;
  const early: (string | ArrayBuffer)[] = [];
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (listener) listener.message(data);
    else early.push(data);
  });
  socket.addEventListener('close', ({ code, reason }) => {
    closed = [code, reason];
    listener?.close(code, reason);
  });
  return {
    protocol: socket.protocol,
    listen(next) {
      listener = next;
      for (const data of early.splice(0)) next.message(data);
      if (closed) next.close(...closed);
    },
    send: (data) => socket.send(data),
    close(code, reason) {
      if (closed) return;
      // Only these may be sent (RFC 6455 §7.4); for the rest the connection just ends.
      const isSendable = code === 1000 || (code >= 3000 && code < 5000);
      if (isSendable) socket.close(code, reason);
      else if (code === 1006) socket.terminate();
      else socket.close(1000, reason);
    },
    waitingBytes: () => socket.bufferedAmount,
    get closed() {
      return closed;
    },
  };
}
