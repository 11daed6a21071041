import type { PathPattern } from './path-pattern.ts';
import type { Filters } from './routes.ts';

export type PathRewrite = {
  /** The path as the upstream gets it, from the cleaned path; always starts with one slash. */
  readonly forward: (path: string) => string;
  /** A path that the upstream names, as the client can ask for it. */
  readonly back: (path: string, requestPath: string) => string;
  /** What is taken off the front of this path, without a trailing slash; told to the upstream. */
  readonly prefixOf: (requestPath: string) => string;
};

/** The path filters of a route: strip, prefix, set and rewrite, in this order. */
export function compilePathRewrite(filters: Filters, pattern: PathPattern): PathRewrite {
  const { stripPrefix = 0, prefixPath = '', setPath, rewritePath } = filters;
  const regex = rewritePath && new RegExp(`^(?:${rewritePath.pattern})$`, 'u');
  const prefixOf = (path: string) => path.slice(0, endOfSegments(path, stripPrefix));
  return {
    prefixOf,
    forward(path) {
      if (setPath !== undefined) return fill(setPath, path, pattern);
      const stripped = path.slice(endOfSegments(path, stripPrefix));
      const prefixed = `${prefixPath}${stripped === '' && prefixPath === '' ? '/' : stripped}`;
      return regex ? prefixed.replace(regex, rewritePath.replacement) : prefixed;
    },
    back(path, requestPath) {
      const prefix = prefixOf(requestPath);
      // An upstream that goes by X-Forwarded-Prefix has put it back itself.
      if (prefix !== '' && (path === prefix || path.startsWith(`${prefix}/`))) return path;
      const isBelow = prefixPath !== '' && path.startsWith(`${prefixPath}/`);
      return `${prefix}${isBelow ? path.slice(prefixPath.length) : path}`;
    },
  };
}

/** Where the first `count` segments end: `/api/customers` and 1 is 4. */
function endOfSegments(path: string, count: number): number {
  let end = 0;
  for (let n = 0; n < count; n += 1) {
    const next = path.indexOf('/', end + 1);
    if (next === -1) return path.length;
    end = next;
  }
  return end;
}

function fill(template: string, path: string, { captures, segments, hasRest }: PathPattern) {
  const parts = path.slice(1).split('/');
  const values = new Map(captures.map(({ name, index }) => [name, parts[index] ?? '']));
  if (hasRest) values.set('**', parts.slice(segments.length).join('/'));
  return template.replaceAll(/\{(\*\*|\w+)\}/g, (_, name: string) => values.get(name) ?? '');
}
