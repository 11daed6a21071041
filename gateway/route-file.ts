import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';

import { type RouteDefinition, RouteFile } from './routes.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with a table, each with its place: `routes.yaml:12:5 route 'x': …`. */
export class RouteFileError extends Error {
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(complaints.join('; '));
    this.name = 'RouteFileError';
    this.complaints = complaints;
  }
}

/**
 * The routes of a YAML text, all of them valid; throws `RouteFileError` with everything that is
 * wrong. `${NAME}` and `${NAME:-default}` in a value stand for a variable of the environment.
 */
export function parseRouteFile(text: string, name: string, env: Environment): RouteDefinition[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${name}:${line}:${col}`;
  };
  const complaints = document.errors.map(
    ({ message, pos }) => `${at(pos[0])} ${message.split('\n')[0]?.replace(/ at line .*$/, '')}`,
  );
  complaints.push(...fillInVariables(document, env, at));
  if (complaints.length > 0) throw new RouteFileError(complaints);

  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const result = RouteFile.safeParse(value ?? {});
  if (!result.success) {
    throw new RouteFileError(
      result.error.issues.flatMap((issue) =>
        pathsOf(issue).map(({ path, message }) => {
          const place = at(offsetOf(document, path));
          return `${place} ${describe(document, path)}: ${message}`;
        }),
      ),
    );
  }
  const repeated = repeatedIds(result.data.routes);
  if (repeated.length > 0)
    throw new RouteFileError(repeated.map((id) => `${name} route '${id}': the id is not unique`));
  return result.data.routes;
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** One complaint per unknown key, and for a union that of the branch that got furthest. */
function pathsOf(issue: Issue & { code?: string; keys?: string[]; errors?: Issue[][] }): Issue[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({
      path: [...path, key],
      message: 'this key is not known',
    }));
  if (issue.code === 'invalid_union') {
    const furthest = (issue.errors ?? []).toSorted((a, b) => rankOf(b) - rankOf(a))[0] ?? [];
    return furthest.flatMap((inner) => pathsOf({ ...inner, path: [...path, ...inner.path] }));
  }
  return [{ path, message }];
}

const rankOf = (issues: readonly (Issue & { code?: string })[]): number =>
  issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type') ? 0 : 1;

function describe(document: Document, path: readonly PropertyKey[]): string {
  const [first, index, ...rest] = path;
  if (first !== 'routes' || typeof index !== 'number') return path.map(String).join('.');
  const id: unknown = document.getIn(['routes', index, 'id']);
  const route = typeof id === 'string' ? `route '${id}'` : `route ${index + 1}`;
  return rest.length === 0 ? route : `${route} ${rest.map(String).join('.')}`;
}

/** Where the value stands, or the innermost thing around it when it is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const offset = offsetWithin(parent, path[length - 1]);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function offsetWithin(parent: unknown, key: PropertyKey | undefined): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    return pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const item: unknown = isSeq(parent) && typeof key === 'number' ? parent.items[key] : undefined;
  return isNode(item) ? item.range?.[0] : undefined;
}

function fillInVariables(
  document: Document,
  env: Environment,
  at: (offset: number | undefined) => string,
): string[] {
  const complaints: string[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string' || isAlias(node)) return;
      const filled = node.value.replaceAll(VARIABLE, (_, name: string, fallback?: string) => {
        const value = env[name] === '' ? undefined : env[name];
        if (value === undefined && fallback === undefined)
          complaints.push(`${at(node.range?.[0])} the variable ${name} is not set`);
        return value ?? fallback ?? '';
      });
      if (filled === node.value) return;
      // What was one variable and looks like a number was meant as one.
      const isNumber = node.type === 'PLAIN' && /^\d{1,15}$/.test(filled);
      node.value = isNumber ? Number(filled) : filled;
    },
  });
  return complaints;
}

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

function repeatedIds(routes: readonly RouteDefinition[]): string[] {
  const seen = new Set<string>();
  return routes.flatMap(({ id }) => (seen.size === seen.add(id).size ? [id] : []));
}
