import type { Server } from 'bun';

/** Whether it is one by its `Content-Type`, whose case does not count (RFC 9110 §8.3.1). */
export const isEventStream = (type: string | null | undefined): boolean =>
  typeof type === 'string' && EVENTS.test(type);

const EVENTS = /^text\/event-stream[ \t]*(?:;|$)/i;

/** Frees an event stream, which may be quiet for as long as it likes, from the idle time of its connection. */
export function letBeQuiet(
  type: string | null | undefined,
  { request, server }: { readonly request: Request; readonly server: Server<undefined> },
): void {
  if (isEventStream(type)) server.timeout(request, 0);
}
