import type { Server, ServerWebSocket } from 'bun';
import { type Balancer, instanceKey } from 'platform/balancer';
import { endAttemptSpan } from 'platform/http-spans';
import { serviceUnavailable } from 'platform/upstream-problem';

import { beginAttempt } from './attempt-span.ts';
import { type Exchange, outgoing } from './message.ts';
import { pickInstance } from './pick-instance.ts';
import { badUpgrade, dial, type Dialled, type NotDialled, protocolsOf } from './web-socket-dial.ts';

export type WebSockets = {
  /** Connects to the upstream first and only then says yes to the client; undefined when it did. */
  readonly open: (exchange: Exchange, server: Server<undefined>) => Promise<Response | undefined>;
  readonly handler: Bun.WebSocketHandler<undefined>;
  /** Says goodbye to all (1001), before the process stops. */
  readonly close: () => void;
};

export const asksForWebSocket = ({ request, said }: Exchange): boolean =>
  said['upgrade']?.toLowerCase() === 'websocket' && request.method === 'GET';

/** Passes WebSockets through, with their sub-protocols, close codes and reasons. */
export function createWebSockets({ balancer }: { readonly balancer: Balancer }): WebSockets {
  const tunnels = new Set<Tunnel>();
  return {
    async open(exchange, server) {
      const upstream = await dialSomewhere(exchange, balancer);
      const tunnel: Tunnel = { upstream, client: undefined, early: [] };
      const { protocol } = upstream;
      const isOpen = typed(server).upgrade(exchange.request, {
        data: tunnel,
        headers: {
          'x-request-id': exchange.trace.requestId,
          ...(protocol === '' ? {} : { 'sec-websocket-protocol': protocol }),
        },
      });
      if (isOpen) {
        tunnels.add(tunnel);
        connectUpstream(tunnel, () => tunnels.delete(tunnel));
        return undefined;
      }
      upstream.close(GOING_AWAY);
      throw badUpgrade();
    },
    handler: handler(),
    close() {
      for (const tunnel of tunnels) closeBoth(tunnel, GOING_AWAY, 'The gateway stops');
    },
  };
}

type Tunnel = {
  readonly upstream: Dialled;
  client: ServerWebSocket<Tunnel> | undefined;
  /** What the upstream said before the client's side was ready. */
  early: (string | ArrayBuffer)[];
};

const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
/** What may wait for a side that does not read; Bun's client knows no back-pressure. */
const MOST_WAITING_BYTES = 1_048_576;
const LARGEST_MESSAGE_BYTES = 16 * 1_048_576;

async function dialSomewhere(exchange: Exchange, balancer: Balancer): Promise<Dialled> {
  const { upstream, filters } = exchange.match.route;
  const { pathAndQuery: path, headers } = outgoing(exchange);
  const protocols = protocolsOf(headers);
  const tried = new Set<string>();
  for (;;) {
    const pick = pickInstance(exchange, balancer, tried);
    if (pick === undefined) throw serviceUnavailable(upstream.service);
    tried.add(instanceKey(pick.instance));
    const { url: origin } = pick.instance;
    const span = beginAttempt(exchange, { origin, path, headers });
    const dialled = await dial({
      url: origin + path,
      headers,
      protocols,
      timeoutMs: filters.headersTimeoutMs,
      service: upstream.service,
      signal: exchange.request.signal,
    });
    if (span) endAttemptSpan(span, statusOf(dialled));
    pick.done('outcome' in dialled ? dialled.outcome : 'success');
    if (!('outcome' in dialled)) return dialled;
    if (dialled.problem) throw dialled.problem;
  }
}

const statusOf = (dialled: Dialled | NotDialled): number | string =>
  'outcome' in dialled ? (dialled.problem?.status ?? dialled.outcome) : 101;

/** From now on what the upstream says goes to the client. */
function connectUpstream(tunnel: Tunnel, onEnd: () => void): void {
  const { upstream } = tunnel;
  upstream.listen({
    message(data) {
      if (tunnel.client) sendToClient(tunnel, data);
      else tunnel.early.push(data);
    },
    close(code, reason) {
      onEnd();
      closeClient(tunnel.client, code, reason);
    },
  });
}

function handler(): Bun.WebSocketHandler<undefined> {
  const own: Bun.WebSocketHandler<Tunnel> = {
    maxPayloadLength: LARGEST_MESSAGE_BYTES,
    open(client) {
      const tunnel = client.data;
      tunnel.client = client;
      for (const data of tunnel.early) sendToClient(tunnel, data);
      tunnel.early = [];
      if (tunnel.upstream.closed) closeClient(client, ...tunnel.upstream.closed);
    },
    message({ data: tunnel }, message) {
      tunnel.upstream.send(message);
      if (tunnel.upstream.waitingBytes() > MOST_WAITING_BYTES)
        closeBoth(tunnel, TRY_AGAIN_LATER, 'The other side does not read');
    },
    close({ data: tunnel }, code, reason) {
      tunnel.upstream.close(code, reason);
    },
  };
  // Bun's server type would have to carry the type of our sockets through everything that serves.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return own as unknown as Bun.WebSocketHandler<undefined>;
}

// eslint-disable-next-line typescript/no-unsafe-type-assertion -- as above
const typed = (server: Server<undefined>) => server as unknown as Server<Tunnel>;

function sendToClient(tunnel: Tunnel, data: string | ArrayBuffer): void {
  const { client } = tunnel;
  client?.send(data);
  if (client && client.getBufferedAmount() > MOST_WAITING_BYTES)
    closeBoth(tunnel, TRY_AGAIN_LATER, 'The client does not read');
}

function closeBoth({ client, upstream }: Tunnel, code: number, reason: string): void {
  closeClient(client, code, reason);
  upstream.close(code, reason);
}

function closeClient(
  client: ServerWebSocket<Tunnel> | undefined,
  code: number,
  reason: string,
): void {
  if (code === 1006) client?.terminate();
  // 1005 is the code of a close that gave none (RFC 6455 §7.4.1).
  else if (code === 1005) client?.close();
  else client?.close(code, reason);
}
