import { createRoundRobin, lessBusyOfTwo, lessBusyOfTwoByWeight } from './choose-instance.ts';
import { createHealthBook, type Outcome } from './instance-health.ts';
import type { InstanceHealth } from './instance-states.ts';
import { type Instance, instanceKey } from './instance.ts';
import { createSlowStart } from './slow-start.ts';

export type { Outcome } from './instance-health.ts';
export { instanceKey } from './instance.ts';

export type Pick = {
  readonly instance: Instance;
  /**
   * To be called once, when the reply has ended or failed; later calls do nothing. The reason is
   * for people who want to know why an instance is set aside.
   */
  readonly done: (outcome: Outcome, reason?: string) => void;
};

export type Balancing = {
  /** Default: the less busy of two random ones. */
  readonly method?: 'leastPending' | 'roundRobin' | undefined;
  /** How long the share of an instance that is new takes to grow to the whole; default 0. */
  readonly slowStartMs?: number | undefined;
};

export type PickOptions = Balancing & {
  /** Keys (see `instanceKey`) of the instances that were tried already. */
  readonly exclude?: ReadonlySet<string> | undefined;
  /** The key of the one to be chosen if it can be. */
  readonly prefer?: string | undefined;
};

type BalancerDeps = {
  /** Where we are ourselves: instances of this zone are preferred while one of them is available. */
  readonly zone?: string | undefined;
  readonly random?: () => number;
  readonly now?: () => number;
};

/** What is known of an instance, for people. */
export type InstanceView = Pick['instance'] & {
  readonly health: Readonly<InstanceHealth>;
  /** Its share beside that of the others: its weight, less while it starts or comes back. */
  readonly share: number;
};

export type Balancer = {
  /** The instance to send the next request to; undefined when all are excluded. */
  readonly pick: (instances: readonly Instance[], options?: PickOptions) => Pick | undefined;
  readonly inspect: (
    instances: readonly Instance[],
    options?: Balancing,
  ) => readonly InstanceView[];
};

/**
 * Shares requests out among the instances of a service, by how busy they are or in turn, by weight,
 * and away from those that are set aside (see `createHealthBook`). When all are set aside they are
 * used all the same: being wrong about one instance must not become an outage.
 */
export function createBalancer({
  zone,
  random = Math.random,
  now = () => performance.now(),
}: BalancerDeps = {}): Balancer {
  const health = createHealthBook(now);
  const roundRobin = createRoundRobin();
  const slowStart = createSlowStart(now);
  const pendingOf = (instance: Instance) => health.of(instance).pending;

  const weigher = (all: readonly Instance[], slowStartMs: number) => (instance: Instance) =>
    (instance.weight ?? 1) *
    health.shareOf(instance) *
    (slowStartMs > 0 ? slowStart.shareOf(instance, all, slowStartMs) : 1);

  const choose = (
    candidates: readonly Instance[],
    all: readonly Instance[],
    { method, slowStartMs = 0 }: Balancing,
  ) => {
    if (method === 'roundRobin') return roundRobin.next(candidates, all, weigher(all, slowStartMs));
    const isEven = slowStartMs === 0 && health.areAllWell() && candidates.every(isOfNoWeight);
    if (isEven) return lessBusyOfTwo(candidates, { pendingOf, random });
    const weightOf = weigher(all, slowStartMs);
    return lessBusyOfTwoByWeight(candidates, { weightOf, pendingOf, random });
  };

  return {
    pick(instances, options = {}) {
      const { exclude, prefer } = options;
      const untried = exclude?.size
        ? instances.filter((instance) => !exclude.has(instanceKey(instance)))
        : instances;
      const available = health.areAllWell() ? untried : untried.filter(health.isAvailable);
      const preferred =
        prefer === undefined
          ? undefined
          : available.find((instance) => instanceKey(instance) === prefer);
      const candidates = inZone(available.length > 0 ? available : untried, zone);
      const instance = preferred ?? choose(candidates, instances, options);
      return instance && { instance, done: health.begin(instance, instances) };
    },
    inspect(instances, { slowStartMs = 0 } = {}) {
      const weightOf = weigher(instances, slowStartMs);
      return instances.map((instance) => ({
        ...instance,
        health: { ...health.of(instance) },
        share: weightOf(instance),
      }));
    },
  };
}

const isOfNoWeight = ({ weight }: Instance): boolean => weight === undefined;

function inZone(instances: readonly Instance[], zone: string | undefined): readonly Instance[] {
  if (zone === undefined) return instances;
  const near = instances.filter((instance) => instance.zone === zone);
  return near.length > 0 ? near : instances;
}
