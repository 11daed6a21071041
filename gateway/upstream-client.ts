import { createIdleConnections, type IdleConnections } from './idle-connections.ts';
import type { Message } from './message.ts';
import { openConnection } from './open-connection.ts';
import type { Reply } from './reply-reader.ts';
import { type Call, carry, type Connection, endEventStream } from './upstream-connection.ts';

/** What requests reach the instances by: HTTP/1.1 over connections that are used again. */
export type UpstreamClient = {
  /**
   * Sends a message to an instance (`http://host:port`). Resolves with the reply once its head is
   * there; rejects when there is none, with the code of the network error if it was one. A connection
   * that its server gave up while it waited is replaced at once where the message may be repeated.
   */
  readonly send: (origin: string, message: Message) => Promise<Reply>;
  /** Streams of events, which end no other way, end after what has come. */
  readonly endEventStreams: () => void;
  /** Closes the connections that wait. */
  readonly close: () => void;
};

export function createUpstreamClient(): UpstreamClient {
  const places = new Map<string, Place>();
  return {
    send(origin, message) {
      const place = places.get(origin) ?? addPlace(origin, places);
      return new Promise((resolve, reject) => place.carry({ message, resolve, reject }));
    },
    endEventStreams() {
      for (const { open } of places.values())
        for (const connection of open) endEventStream(connection);
    },
    close() {
      for (const place of places.values()) place.idle.close();
    },
  };
}

/** One instance and the connections to it. */
type Place = {
  readonly carry: (call: Call) => void;
  readonly idle: IdleConnections;
  readonly open: ReadonlySet<Connection>;
};

function addPlace(origin: string, places: Map<string, Place>): Place {
  const idle = createIdleConnections();
  const open = new Set<Connection>();
  const owner = {
    address: addressOf(origin),
    onIdle: idle.add,
    onStale: (call: Call) => carry(connect(), call),
    onClose(connection: Connection) {
      idle.remove(connection);
      open.delete(connection);
      // Instances come and go; what is known of those that are gone would stay.
      if (open.size === 0 && places.get(origin) === place) places.delete(origin);
    },
  };
  const connect = () => {
    const connection = openConnection(owner);
    open.add(connection);
    // Those that had waited for too long were closed just now, the last of them perhaps.
    places.set(origin, place);
    return connection;
  };
  const place: Place = {
    idle,
    open,
    carry(call) {
      const { ended } = call.message.waiting;
      if (ended === undefined) carry(idle.take() ?? connect(), call);
      else call.reject(ended);
    },
  };
  return place;
}

function addressOf(origin: string) {
  const { protocol, hostname, port, host } = new URL(origin);
  const isSecure = protocol === 'https:';
  return {
    // In brackets it is part of a URL, not an address.
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    isSecure,
    host,
  };
}
