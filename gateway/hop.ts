import type { Server } from 'bun';

import { type IsTrusted, plainAddress } from './trusted-proxies.ts';

/** Who asks, over what: the facts that forwarding headers tell. */
export type Hop = {
  /** The address at the other end of the connection. */
  readonly peer: string;
  /** Whether what the peer says of those before it is believed. */
  readonly isTrusted: boolean;
  /** The Host header, validated. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** As it came, whichever copy of it is sent on. */
  readonly request: Request;
  /** Knows our own port, for a Host without one; to ask it costs a system call. */
  readonly server: Server<undefined>;
};

type Coming = {
  readonly request: Request;
  readonly server: Server<undefined>;
  readonly host: string;
};

export function hopOf({ request, server, host }: Coming, isTrusted: IsTrusted): Hop {
  const peer = plainAddress(server.requestIP(request)?.address ?? 'unknown');
  const scheme = isSecure(request) ? 'https' : 'http';
  return { peer, isTrusted: isTrusted(peer), host, scheme, request, server };
}

export const isSecure = ({ url }: Request): boolean => url.startsWith('https:');
