import type { Server } from 'bun';

/** Frees an event stream, which may be quiet for as long as it likes, from the idle time of its connection. */
export function letBeQuiet(
  type: string | null | undefined,
  { request, server }: { readonly request: Request; readonly server: Server<undefined> },
): void {
  if (type?.startsWith('text/event-stream')) server.timeout(request, 0);
}
