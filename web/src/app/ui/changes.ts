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

/** What `theirs` became of `base`, with what `mine` changed of it on top. */
export function withMine<T>(base: T, mine: T, theirs: T): T {
  if (!isRecord(base) || !isRecord(mine) || !isRecord(theirs)) {
    return isSame(base, mine) ? theirs : mine;
  }
  const merged = Object.entries(mine).map(([key, value]) => [
    key,
    withMine(base[key], value, theirs[key]),
  ]);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the keys stay the same
  return Object.fromEntries(merged) as T;
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
