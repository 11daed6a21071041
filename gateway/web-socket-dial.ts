import type { Outcome } from 'platform/balancer';
import { ProblemError } from 'platform/problem';
import { callerLeft } from 'platform/upstream-problem';

import { problemOf } from './failures.ts';
import type { HeaderFields } from './header-fields.ts';

type Dialling = {
  /** With `http:` or `https:`. */
  readonly url: string;
  readonly headers: HeaderFields;
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

/** Opens a WebSocket to an upstream. */
export function dial(dialling: Dialling): Promise<Dialled | NotDialled> {
  const { url, timeoutMs, service, signal } = dialling;
  const headers = { ...dialling.headers };
  const protocols = headers['sec-websocket-protocol']?.split(/ *, */) ?? [];
  // The client makes its own handshake.
  for (const name of HANDSHAKE) delete headers[name];
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, protocols });
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

/** Bun tells the status of a handshake that failed in words only. */
function outcomeOf(message: string, service: string): NotDialled {
  const status = Number(/101 status code: (\d{3})/.exec(message)?.[1]);
  if (status >= 400) {
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
