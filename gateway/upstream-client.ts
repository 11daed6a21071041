import type { Message } from './message.ts';

/** What requests reach the instances by. */
export type UpstreamClient = {
  /**
   * Sends a message to an instance (`http://host:port`). Resolves with the reply once its head is
   * there; rejects when there is none, with the code of the network error if it was one.
   */
  readonly send: (origin: string, message: Message) => Promise<Response>;
};

export function createUpstreamClient(): UpstreamClient {
  return {
    send: (origin, { method, pathAndQuery, headers, body, signal }) =>
      fetch(origin + pathAndQuery, {
        method,
        headers,
        body,
        signal,
        redirect: 'manual',
        decompress: false,
      }),
  };
}
