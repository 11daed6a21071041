import { type Balancer, instanceKey, type Pick } from 'platform/balancer';
import type { Instance } from 'platform/discovery';

import type { Exchange } from './message.ts';

/** What a route's filters want of the choice of an instance, and what came of it. */
export type Picking = {
  /** Those that are not to be asked (again); whoever is chosen joins them. */
  readonly tried: Set<string>;
  /** The key of the one to be chosen if it can be. */
  readonly prefer: string | undefined;
  last: Instance | undefined;
};

export const newPicking = (): Picking => ({ tried: new Set(), prefer: undefined, last: undefined });

/** The instance that the exchange goes to next; undefined when nobody is left. */
export function pickInstance(
  { match, picking }: Exchange,
  balancer: Balancer,
  tried?: ReadonlySet<string>,
): Pick | undefined {
  const { upstream } = match.route;
  const { balancing } = upstream;
  if (picking === undefined) {
    const options = tried === undefined ? balancing : { ...balancing, exclude: tried };
    return balancer.pick(upstream.instances(), options);
  }
  const { prefer } = picking;
  const pick = balancer.pick(upstream.instances(), {
    ...balancing,
    exclude: picking.tried,
    prefer,
  });
  if (pick === undefined) return undefined;
  picking.tried.add(instanceKey(pick.instance));
  picking.last = pick.instance;
  return pick;
}
