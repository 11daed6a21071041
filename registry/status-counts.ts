import { type Status, STATUSES } from './instance.ts';

/** How many instances are in which status, kept up to date change by change. */
export function createStatusCounts() {
  const counts = new Map<Status, number>(STATUSES.map((status) => [status, 0]));
  let total = 0;
  const add = (status: Status, amount: number) => {
    counts.set(status, (counts.get(status) ?? 0) + amount);
    total += amount;
  };

  return {
    /** From one status to another; undefined for an instance that comes or goes. */
    change(from: Status | undefined, to: Status | undefined) {
      if (from === to) return;
      if (from !== undefined) add(from, -1);
      if (to !== undefined) add(to, 1);
    },
    total: (): number => total,
    perStatus: (): ReadonlyMap<Status, number> => counts,
    /** `DOWN_2_UP_10_`: each status that occurs, by name, with its count. */
    hashcode: (): string =>
      STATUSES.filter((status) => counts.get(status))
        .map((status) => `${status}_${counts.get(status)}_`)
        .join(''),
  };
}
