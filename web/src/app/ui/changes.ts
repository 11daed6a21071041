/** A field that holds something else than before; `seller.name` is a field within another. */
export type Change = { readonly field: string; readonly before: unknown; readonly after: unknown };

/** What differs between two records of the same shape, field by field. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const earlier = flatten(before);
  const later = flatten(after);
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .filter((field) => !isSame(earlier.get(field), later.get(field)))
    .map((field) => ({ field, before: earlier.get(field), after: later.get(field) }));
}

/**
 * What `theirs` became of `base`, with what `mine` changed of it on top, field by field; an array
 * too, as long as nothing came or went in it.
 */
export function withMine<T>(base: T, mine: T, theirs: T): T {
  const [before, here, there] = [base, mine, theirs].map(partsOf);
  if (!before || !here || !there || here.size !== before.size || here.size !== there.size) {
    return isSame(base, mine) ? theirs : mine;
  }
  const merged = Array.from(here, ([key, value]) => [
    key,
    withMine(before.get(key), value, there.get(key)),
  ]);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the parts stay the same
  return (Array.isArray(mine) ? merged.map(([, part]) => part) : Object.fromEntries(merged)) as T;
}

/** The fields of a record or the places of an array; undefined for what is one thing. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  return isRecord(value) || Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
}

function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (!isRecord(value)) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === '' ? key : `${path}.${key}`),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
