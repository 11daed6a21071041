import { type Instance, instanceKey } from 'platform/instance';

import type { Exchange } from './message.ts';
import { newPicking } from './pick-instance.ts';
import type { RouteFilter } from './route-filters.ts';
import type { Upstream } from './upstreams.ts';

/**
 * Keeps a client with the instance that answered it first, by a cookie of the gateway's own that
 * names it by a hash. When that one is gone, set aside or out of reach the client gets another one,
 * and a new cookie.
 */
export function stickyFilter(cookie: string, upstream: Upstream): RouteFilter {
  return async (exchange, next) => {
    const told = cookieOf(exchange.request, cookie);
    const favourite = upstream.instances().find((instance) => nameOf(instance) === told);
    const picking = exchange.picking ?? newPicking();
    const prefer = favourite && instanceKey(favourite);
    const chosen = { ...picking, prefer };
    const reply = await next({ ...exchange, picking: chosen });
    if (reply && chosen.last && chosen.last !== favourite)
      reply.headers.append('set-cookie', cookieFor(cookie, chosen.last, exchange));
    return reply;
  };
}

function cookieOf({ headers }: Request, name: string): string | undefined {
  const pairs = headers.get('cookie')?.split(/; */) ?? [];
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function cookieFor(name: string, instance: Instance, { hop }: Exchange): string {
  const secure = hop.scheme === 'https' ? '; Secure' : '';
  return `${name}=${nameOf(instance)}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

const names = new WeakMap<Instance, string>();

function nameOf(instance: Instance): string {
  const known = names.get(instance);
  if (known !== undefined) return known;
  const hash = new Bun.CryptoHasher('sha256').update(instanceKey(instance)).digest('base64url');
  const name = hash.slice(0, 16);
  names.set(instance, name);
  return name;
}
