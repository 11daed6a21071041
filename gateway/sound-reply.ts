import type { Said } from './said.ts';

/** Throws when a reply is none that can be handed on; what is still to come of it is given up. */
export function assertSound(reply: Response, said: Said): void {
  const complaint = complaintAbout(reply.status, said);
  if (complaint === undefined) return;
  void reply.body?.cancel().catch(() => undefined);
  throw new Error(complaint);
}

/** RFC 9110 §15; others cannot be handed on. */
const HIGHEST_STATUS = 599;
/** Bun takes whatever comes; few clients and proxies take more than this. */
const MOST_HEADER_CHARACTERS = 65_536;

function complaintAbout(status: number, said: Said): string | undefined {
  if (status > HIGHEST_STATUS) return `Status ${status} is none`;
  let characters = 0;
  // Cookies come as a list.
  for (const name in said) characters += String(said[name]).length;
  return characters > MOST_HEADER_CHARACTERS
    ? `${characters} characters of headers are too many`
    : undefined;
}
