import type { HeaderChanges } from './routes.ts';

/**
 * Headers as a plain object, names in lower case: put together and sent on, they never need to be what
 * `Headers` is, which costs several times as much. Those of a request that come more than once are one,
 * joined by commas.
 */
export type HeaderFields = Record<string, string>;

/** Adds, sets and removes as a route's filter says. */
export function changeFields(
  fields: HeaderFields,
  { add = {}, set = {}, remove = [] }: HeaderChanges,
): void {
  for (const name of remove) delete fields[name.toLowerCase()];
  for (const [name, value] of Object.entries(set)) fields[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(add)) {
    const key = name.toLowerCase();
    const before: unknown = fields[key];
    // Every object has something called `constructor`.
    fields[key] = typeof before === 'string' ? `${before}, ${value}` : value;
  }
}
