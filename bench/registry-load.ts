import type { Socket } from 'bun';

type Load = {
  readonly port: number;
  readonly connections: number;
  /** Asked for the n-th request, head and body. */
  readonly request: (index: number) => string;
  readonly requests: number;
  /** Requests a second, spread evenly; as fast as answers come where it is not said. */
  readonly perSecond?: number;
};

/**
 * Sends so many requests over as many connections as said, each with one at a time, and reads every
 * reply to its end. Any status but 2xx is an error.
 */
export async function sendAll({
  port,
  connections,
  request,
  requests,
  perSecond,
}: Load): Promise<void> {
  const finished = Promise.withResolvers<void>();
  const startedMs = performance.now();
  let [sent, answered] = [0, 0];

  const send = (socket: Socket<Reading>) => {
    if (sent >= requests) return;
    const index = sent;
    sent += 1;
    const waitMs = perSecond ? startedMs + (index * 1000) / perSecond - performance.now() : 0;
    if (waitMs > 1) setTimeout(() => write(socket, request(index)), waitMs);
    else write(socket, request(index));
  };
  const take = (socket: Socket<Reading>, bytes: Buffer) => {
    const reading = socket.data;
    if (reading.left > 0) reading.left -= bytes.length;
    else {
      reading.head += bytes.toString('latin1');
      const end = reading.head.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      if (!reading.head.startsWith('HTTP/1.1 2')) {
        return finished.reject(new Error(`Cannot go on: ${reading.head}`));
      }
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(reading.head)?.[1] ?? 0);
      reading.left = end + 4 + length - reading.head.length;
      reading.head = '';
    }
    if (reading.left > 0) return undefined;
    answered += 1;
    if (answered === requests) finished.resolve();
    return send(socket);
  };
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      Bun.connect<Reading>({
        hostname: '127.0.0.1',
        port,
        data: { left: 0, head: '', unsent: '' },
        socket: { data: take, drain: (socket) => write(socket, '') },
      }),
    ),
  );
  for (const socket of sockets) send(socket);
  await finished.promise;
  for (const socket of sockets) socket.end();
}

/** `left` is what is missing of the reply's body, in bytes; `head` what came of its head. */
type Reading = { left: number; head: string; unsent: string };

/** The requests here are ASCII, so that a character is a byte. */
function write(socket: Socket<Reading>, text: string): void {
  const all = socket.data.unsent + text;
  const written = socket.write(all);
  socket.data.unsent = all.slice(written);
}
