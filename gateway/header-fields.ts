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
  for (const [name, value] of Object.entries(add)) addField(fields, name.toLowerCase(), value);
}

/** Beside what the field says so far. */
export function addField(fields: HeaderFields, name: string, value: string): void {
  const before: unknown = fields[name];
  // Every object has something called `constructor`.
  fields[name] = typeof before === 'string' ? `${before}, ${value}` : value;
}
