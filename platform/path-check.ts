import type { Operations } from './contract.ts';
import { pathParameters } from './operation-parts.ts';

/** What is wrong with a path template; undefined when nothing is. */
export function complaintAboutPath(path: string): string | undefined {
  const segments = path.split('/').slice(1);
  if (path !== '/' && !(path.startsWith('/') && segments.every(isSegment)))
    return `path '${path}' is not made of '/', whole words and {parameters}`;
  const names = pathParameters(path);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice && `path parameter '${twice}' stands in '${path}' twice`;
}

/** Whatever else could stand in a path is a pattern, ends the path, or is encoded on the way. */
const isSegment = (segment: string): boolean =>
  /^(\{\w+\}|[\w.~-]+)$/.test(segment) && !/^\.\.?$/.test(segment);

/** The first operation that is never reached, since an earlier one takes its requests. */
export function complaintAboutOrder(operations: Operations): string | undefined {
  const earlier = new Map<string, Route[]>();
  for (const [name, { method, path }] of Object.entries(operations)) {
    const segments = path.split('/');
    const key = `${method} ${segments.length}`;
    const others = earlier.get(key) ?? [];
    const taker = others.find((other) => takesAllOf(other.segments, segments));
    if (taker) return `${name}: ${taker.name} takes '${path}' first, so that it is never reached`;
    others.push({ name, segments });
    earlier.set(key, others);
  }
  return undefined;
}

type Route = { readonly name: string; readonly segments: readonly string[] };

function takesAllOf(segments: readonly string[], others: readonly string[]): boolean {
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index] ?? '';
    if (segment !== others[index] && !segment.startsWith('{')) return false;
  }
  return true;
}
