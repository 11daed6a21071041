/** A request target after cleaning: what is matched and, byte for byte, what is sent on. */
export type Target = { readonly path: string; readonly query: string };

/**
 * Takes the path and the query (with its `?`, or empty) out of the absolute URL that the server
 * hands us and cleans the path. The result is a string, the reason, when the target is one on whose
 * meaning two servers could disagree (RFC 3986 §6.2.2): such a path might be allowed by its
 * spelling here and be another one behind us.
 */
export function readTarget(url: string): Target | string {
  // Without a usable Host the URL is a bare path.
  const authority = url.indexOf('://');
  if (authority === -1) return 'the Host header names no host';
  const start = url.indexOf('/', authority + 3);
  if (start === -1) return 'the target has no path';
  const mark = url.indexOf('?', start);
  const path = cleanPath(mark === -1 ? url.slice(start) : url.slice(start, mark));
  if (path.startsWith('/')) return { path, query: mark === -1 ? '' : url.slice(mark) };
  return path;
}

/**
 * The path with needlessly encoded letters decoded (`%61` is `a`), reserved ones untouched (`%2F`
 * stays `%2F`); or the reason why it is refused. Dot segments were resolved when the URL was
 * parsed; what is left of them hides behind `;` or `%2F`.
 */
export function cleanPath(path: string): string {
  if (!SUSPICIOUS.test(path)) return path;
  if (path.includes('//')) return 'the path holds an empty segment';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'the path holds a % that encodes nothing';
  if (/%(?:[01][0-9a-f]|7f)/i.test(path)) return 'the path holds an encoded control character';
  if (/\\|%5c/i.test(path)) return 'the path holds a backslash';
  if (/%ef%bf%bd/i.test(path)) return 'the path is not UTF-8';
  // `%C0%AE` is a dot to who decodes it in good faith (RFC 3629 §10).
  if (/%c[01]|%e0%[89]|%f0%8/i.test(path)) return 'the path holds a letter in disguise';
  const cleaned = path.replaceAll(/%[0-9a-f]{2}/gi, decodeUnreserved);
  if (HIDDEN_DOTS.test(cleaned)) return 'the path holds a hidden dot segment';
  return cleaned;
}

/** Between slashes, however written; what follows a `;` is a parameter to many servers. */
const HIDDEN_DOTS = /(?:\/|%2f)\.{1,2}(?:\/|%2f|;|%3b|$)/i;
const SUSPICIOUS = /[%;\\]|\/\/|\/\.\.?(?:\/|$)/;

function decodeUnreserved(encoded: string): string {
  const char = String.fromCodePoint(Number.parseInt(encoded.slice(1), 16));
  return /[\w.~-]/.test(char) ? char : encoded;
}
