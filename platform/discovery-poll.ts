import { z } from 'zod';

import type { InstanceTable } from './instance-table.ts';
import { EurekaInstance, watchedInstance } from './instance.ts';
import { type Fetch, pause, type RegistryEndpoint } from './registry-endpoint.ts';
import type { WatchedInstance } from './registry-watch.ts';

type PollDeps = {
  readonly endpoint: RegistryEndpoint;
  readonly table: InstanceTable;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly everyMs: number;
  readonly onAnswer: () => void;
};

/**
 * Reads a plain Eureka server as its own clients do: all of it once, then the changes, and all of
 * it again when the hash says that something was missed. Runs until the server cannot be reached,
 * which is an error, or the signal is aborted.
 */
export async function followPolling(deps: PollDeps): Promise<void> {
  await readAll(deps);
  deps.onAnswer();
  while (!deps.signal.aborted) {
    await pause(deps.everyMs, deps.signal);
    if (deps.signal.aborted) return;
    if (!(await readDelta(deps))) await readAll(deps);
    deps.onAnswer();
  }
}

/** Old servers unwrap a list of one. */
const inList = (value: unknown): unknown =>
  value === undefined || Array.isArray(value) ? (value ?? []) : [value];
const Application = z.object({ instance: z.preprocess(inList, z.array(EurekaInstance)) });
const Applications = z.object({
  applications: z.object({
    apps__hashcode: z.string().default(''),
    application: z.preprocess(inList, z.array(Application)),
  }),
});
type Applications = z.output<typeof Applications>['applications'];

async function readAll(deps: PollDeps): Promise<void> {
  const response = await request(deps, '/apps/');
  if (!response.ok) throw new Error(`${deps.endpoint.name} answered ${response.status}`);
  const applications = await parse(response);
  deps.table.replaceAll(instancesOf(applications).map(watchedInstance));
}

/** Whether the changes could be applied so that the result has the server's own hash. */
async function readDelta(deps: PollDeps): Promise<boolean> {
  const response = await request(deps, '/apps/delta');
  if (!response.ok) {
    await response.body?.cancel();
    return false;
  }
  const applications = await parse(response);
  deps.table.apply(
    instancesOf(applications).map((eureka) => ({
      action: actionOf(eureka.actionType),
      instance: watchedInstance(eureka),
    })),
  );
  return hashOf(deps.table.all()) === applications.apps__hashcode;
}

/** Eureka's hash: how many instances have each status, sorted by status. */
export function hashOf(instances: readonly WatchedInstance[]): string {
  return [...Map.groupBy(instances, ({ status }) => status)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, members]) => `${status}_${members.length}_`)
    .join('');
}

async function parse(response: Response): Promise<Applications> {
  return Applications.parse(await response.json()).applications;
}

const instancesOf = ({ application }: Applications): EurekaInstance[] =>
  application.flatMap(({ instance }) => instance);

const actionOf = (actionType: string | undefined) =>
  actionType === 'DELETED' || actionType === 'MODIFIED' ? actionType : 'ADDED';

function request({ endpoint, fetch, signal }: PollDeps, path: string): Promise<Response> {
  return fetch(`${endpoint.eurekaUrl}${path}`, {
    headers: { ...endpoint.headers, accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(READ_TIMEOUT_MS)]),
  });
}

const READ_TIMEOUT_MS = 8000;
