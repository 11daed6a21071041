/**
 * Who asks, as `X-Forwarded-User` says in the UTF-8 that proxies write; null when nobody is named,
 * or in a way that could not be kept.
 */
export function readForwardedUser(header: string | null): string | null {
  if (header === null) return null;
  const name = decoded(header).trim();
  return NAME.test(name) ? name : null;
}

/** The name as the value of that header, for the next service. */
export const forwardedUser = (who: string): string => Buffer.from(who).toString('latin1');

/** One line of text, as long as the longest e-mail address. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,254}$/u;

/** Bun gives each byte of a header as a character. */
function decoded(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}
