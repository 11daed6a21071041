/**
 * The Content-Security-Policy for a page: its own scripts and those written into it, by their hash.
 * Styles may be inline because Angular adds those of its components as it runs.
 */
export async function policyFor(path: string): Promise<string> {
  return policyOf(await Bun.file(path).text());
}

export function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)];
  const handlers = [...html.matchAll(/\son[a-z]+=(?:"([^"]*)"|'([^']*)')/gi)];
  const hashes = [
    ...scripts.map(([, code = '']) => hashOf(code)),
    ...handlers.map(([, double, single]) => hashOf(double ?? single ?? '')),
  ];
  const scriptSources = [
    "'self'",
    ...(handlers.length > 0 ? ["'unsafe-hashes'"] : []),
    ...new Set(hashes),
  ];
  return [
    "default-src 'self'",
    `script-src ${scriptSources.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What every page of ours says, whatever it is. */
export const SECURE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const hashOf = (code: string): string =>
  `'sha256-${new Bun.CryptoHasher('sha256').update(code).digest('base64')}'`;
