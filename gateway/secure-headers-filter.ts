import { SECURE_HEADERS } from './content-policy.ts';
import type { Exchange } from './message.ts';
import type { Next } from './route-filters.ts';

/** The headers that the gateway's own pages have, where the service does not set them. */
export async function secureHeadersFilter(
  exchange: Exchange,
  next: Next,
): Promise<Response | undefined> {
  const reply = await next(exchange);
  if (reply === undefined) return undefined;
  const { headers } = reply;
  for (const [name, value] of Object.entries(SECURE_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
  if (exchange.hop.scheme === 'https' && !headers.has('strict-transport-security'))
    headers.set('strict-transport-security', 'max-age=31536000');
  return reply;
}
