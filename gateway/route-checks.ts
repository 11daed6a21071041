import { parsePathPattern } from './path-pattern.ts';

/** What is wrong with a value, and where below it. */
type Complaint = { readonly path: readonly string[]; readonly message: string };

type Checked<V> = {
  readonly value: V;
  readonly issues: {
    push: (issue: { code: 'custom'; path: string[]; message: string; input: unknown }) => unknown;
  };
};

/** A check of a schema by a function that lists complaints. */
export const complaining =
  <V>(complaintsAbout: (value: V) => readonly Complaint[]) =>
  ({ value, issues }: Checked<V>): void => {
    for (const { path, message } of complaintsAbout(value))
      issues.push({ code: 'custom', path: [...path], message, input: value });
  };

/** Only who is looked up by name can be new. */
export const upstreamComplaints = ({
  addresses,
  slowStartMs,
}: {
  readonly addresses?: readonly unknown[] | undefined;
  readonly slowStartMs?: number | undefined;
}): readonly Complaint[] =>
  addresses !== undefined && slowStartMs !== undefined
    ? [{ path: ['slowStartMs'], message: 'only services by name have new instances' }]
    : [];

/** Any page could read what a person is allowed to see. */
export const corsComplaints = ({
  origins,
  credentials,
}: {
  readonly origins: readonly string[];
  readonly credentials: boolean;
}): readonly Complaint[] =>
  credentials && origins.includes('*')
    ? [{ path: ['origins'], message: "'*' and credentials do not go together" }]
    : [];

export const circuitComplaints = ({
  requests,
  minimum,
}: {
  readonly requests: number;
  readonly minimum: number;
}): readonly Complaint[] =>
  minimum > requests
    ? [{ path: ['minimum'], message: `must not be more than requests, which is ${requests}` }]
    : [];

type PathFilters = {
  readonly stripPrefix?: number | undefined;
  readonly prefixPath?: string | undefined;
  readonly rewritePath?: unknown;
  readonly setPath?: string | undefined;
};

/** `setPath` says the whole path: what stands beside it, or is filled in from nowhere, is a mistake. */
export function pathComplaints({
  match,
  filters,
}: {
  readonly match: { readonly path: string | readonly string[] };
  readonly filters: PathFilters;
}): readonly Complaint[] {
  const { setPath, stripPrefix, prefixPath, rewritePath } = filters;
  if (setPath === undefined) return [];
  const others = Object.entries({ stripPrefix, prefixPath, rewritePath })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({ path: ['filters', name], message: 'does nothing beside setPath' }));
  const paths = typeof match.path === 'string' ? [match.path] : match.path;
  const names = [...setPath.matchAll(/\{(.*?)\}/g)].map(([, name = '']) => name);
  const unknown = names.filter((name) => paths.some((path) => !namesIn(path).includes(name)));
  return [
    ...others,
    ...unknown.map((name) => ({
      path: ['filters', 'setPath'],
      message: `{${name}} is not in every path of the route`,
    })),
  ];
}

function namesIn(path: string): readonly string[] {
  const pattern = parsePathPattern(path);
  if (typeof pattern === 'string') return [];
  const names = pattern.captures.map(({ name }) => name);
  return pattern.hasRest ? [...names, '**'] : names;
}
