/** A Prometheus histogram of requests by operation, method and status. */
export type RequestTimes = {
  /** `operation` comes out of a bounded set: the id of a route or an operation, never a path. */
  readonly observe: (operation: string, method: string, status: number, seconds: number) => void;
  /** In the Prometheus text format (version 0.0.4). */
  readonly text: () => string;
};

/**
 * Counts by itself, since the labels of prom-client's histograms are put in order and joined at every
 * observation, which costs a proxy as much as all its other figures together.
 */
export function createRequestTimes(about: {
  readonly name: string;
  readonly help: string;
  /** Labels that all have, such as which of several processes this is. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}): RequestTimes {
  const { name, help } = about;
  const common = Object.entries(about.labels ?? {}).map(
    ([key, value]) => `,${key}=${quoted(value)}`,
  );
  const byOperation = new Map<string, Series[]>();
  const add = (operation: string, method: string, status: number): Series => {
    const labels = `operation=${quoted(operation)},method=${quoted(method)},status="${status}"${common.join('')}`;
    const series = { method, status, labels, counts: BOUNDS.map(() => 0), count: 0, sum: 0 };
    const siblings = byOperation.get(operation);
    if (siblings) siblings.push(series);
    else byOperation.set(operation, [series]);
    return series;
  };
  // Routes come and go with services, and what is counted stays.
  const addBounded = (operation: string, method: string, status: number): Series => {
    if (byOperation.size < MOST_OPERATIONS || byOperation.has(operation))
      return add(operation, method, status);
    return find(byOperation.get(OTHER), method, status) ?? add(OTHER, method, status);
  };
  return {
    observe(operation, method, status, seconds) {
      const series =
        find(byOperation.get(operation), method, status) ?? addBounded(operation, method, status);
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      if (bucket !== -1) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.count += 1;
      series.sum += seconds;
    },
    text: () =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} histogram`,
        ...[...byOperation.values()].flat().flatMap((series) => linesOf(name, series)),
        '',
      ].join('\n'),
  };
}

type Series = {
  readonly method: string;
  readonly status: number;
  readonly labels: string;
  /** How many took up to each bound and more than the one before it. */
  readonly counts: number[];
  count: number;
  sum: number;
};

/** An operation beyond these counts as `other`. */
const MOST_OPERATIONS = 20_000;
const OTHER = 'other';

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** An operation has few of them, so that looking through them is quicker than a key made of both. */
function find(among: readonly Series[] | undefined, method: string, status: number) {
  return among?.find((series) => series.status === status && series.method === method);
}

function linesOf(name: string, { labels, counts, count, sum }: Series): string[] {
  let upTo = 0;
  const buckets = BOUNDS.map((bound, index) => {
    upTo += counts[index] ?? 0;
    return `${name}_bucket{le="${bound}",${labels}} ${upTo}`;
  });
  return [
    ...buckets,
    `${name}_bucket{le="+Inf",${labels}} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
