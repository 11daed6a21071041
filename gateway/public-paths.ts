import { listOf } from './one-or-many.ts';
import { parsePathPattern, type PathPattern } from './path-pattern.ts';
import type { Route } from './route-table.ts';

/**
 * Where clients reach a path of a service: the inverse of a route's filters, for the routes that
 * have one. Undefined when no route leads there.
 */
export function publicPath(routes: readonly Route[], service: string, path: string) {
  for (const route of routes) {
    if (route.upstream.service !== service) continue;
    for (const text of listOf(route.definition.match.path)) {
      const candidate = candidateFor(route, text, path);
      if (candidate !== undefined) return candidate;
    }
  }
  return undefined;
}

function candidateFor({ filters }: Route, text: string, path: string): string | undefined {
  const pattern = parsePathPattern(text);
  const { stripPrefix = 0, prefixPath = '', setPath, rewritePath } = filters;
  if (typeof pattern === 'string' || setPath !== undefined || rewritePath) return undefined;
  if (stripPrefix > pattern.segments.length || !path.startsWith(prefixPath)) return undefined;
  const stripped = pattern.segments.slice(0, stripPrefix);
  if (stripped.includes(null)) return undefined;
  const candidate = `${stripped.map((segment) => `/${segment}`).join('')}${path.slice(prefixPath.length)}`;
  return fits(pattern, candidate) ? candidate : undefined;
}

/** Template parameters such as `{id}` fit where any segment does. */
function fits({ segments, hasRest }: PathPattern, path: string): boolean {
  const parts = path.slice(1).split('/');
  if (hasRest ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, index) => segment === null || segment === parts[index]);
}
