import type { Server } from 'bun';
import { BulkheadFullError, type BulkheadSize } from 'platform/bulkhead';
import { callerLeft, serviceOverloaded } from 'platform/upstream-problem';

import type { Forwarder } from './forward.ts';
import type { Exchange } from './message.ts';
import { watchedBody } from './watched-body.ts';

/** Forwards once there is room for one more request to the upstream. */
export type UpstreamGate = (exchange: Exchange, server: Server<undefined>) => Promise<Response>;

type UpstreamGateDeps = { readonly forward: Forwarder; readonly requestLimit: number };

/**
 * Keeps a stuck service from taking up all that the process can have under way. A place is given
 * back when the reply begins, since watching a body to its end would cost every reply; but once
 * many requests are open, only at the end of the body.
 */
export function createUpstreamGate({ forward, requestLimit }: UpstreamGateDeps): UpstreamGate {
  const crowd = bulkheadFor(requestLimit).concurrent;
  return async (exchange, server) => {
    const { bulkhead } = exchange.match.route.upstream;
    if (!bulkhead.tryEnter()) await waitForRoom(exchange);
    let isHeld = false;
    try {
      const reply = await forward(exchange);
      if (server.pendingRequests <= crowd || reply.body === null) return reply;
      isHeld = true;
      const { signal } = exchange.request;
      const body = watchedBody(reply.body, { signal, onEnd: bulkhead.leave });
      return new Response(body, reply);
    } finally {
      if (!isHeld) bulkhead.leave();
    }
  };
}

/**
 * A quarter of what the process can have under way: two services may be stuck, a third one before
 * bodies counted, and the others hear nothing of it.
 */
export function bulkheadFor(requestLimit: number): BulkheadSize {
  const concurrent = Math.max(1, Math.floor(requestLimit / 4));
  return { concurrent, waiting: concurrent };
}

async function waitForRoom({ match, request }: Exchange): Promise<void> {
  const { upstream, filters } = match.route;
  try {
    await upstream.bulkhead.enter(filters.headersTimeoutMs, request.signal);
  } catch (error) {
    if (request.signal.aborted) throw callerLeft({ cause: error });
    if (error instanceof BulkheadFullError)
      throw serviceOverloaded(upstream.service, { cause: error });
    throw error;
  }
}
