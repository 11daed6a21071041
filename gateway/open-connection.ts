import type { SocketHandler } from 'bun';

import { sendUnsent } from './socket-writer.ts';
import {
  abandon,
  closed,
  connected,
  type Connection,
  type ConnectionOwner,
  newConnection,
  take,
} from './upstream-connection.ts';

/** Begins to connect; `carry` may be called at once. */
export function openConnection(owner: ConnectionOwner): Connection {
  const connection = newConnection(owner);
  const { hostname, port, isSecure } = owner.address;
  const way = isSecure ? { tls: { serverName: hostname }, socket: SECURE } : { socket: PLAIN };
  // That it failed is told to the handlers, too.
  Bun.connect({ hostname, port, data: connection, ...way }).catch(() => undefined);
  return connection;
}

const PLAIN: SocketHandler<Connection> = {
  open: (socket) => connected(socket.data, socket),
  data: (socket, bytes) => take(socket.data, bytes),
  drain: (socket) => sendUnsent(socket.data),
  close: (socket, error) => closed(socket.data, error),
  error: (socket, error) => abandon(socket.data, error),
  connectError: (socket, error) => closed(socket.data, error),
};

const SECURE: SocketHandler<Connection> = {
  ...PLAIN,
  open(socket) {
    // A handshake may never end, and then only we can close it.
    socket.data.socket = socket;
    if (socket.data.state === 'closed') socket.terminate();
  },
  handshake(socket, isAuthorized, error) {
    if (isAuthorized) connected(socket.data, socket);
    else closed(socket.data, error ?? undefined);
  },
};
