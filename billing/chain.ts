/** What a document says that must never change, in any order of its fields. */
export type Sealed = Readonly<Record<string, unknown>>;

/**
 * The seal of a document: SHA-256 over the seal of the one before it in its series and over its own
 * canonical JSON, in hex. Whoever changes one document, or takes one out, breaks all that follow.
 */
export function sealOf(previous: string, document: Sealed): string {
  return new Bun.CryptoHasher('sha256').update(`${previous}\n${canonical(document)}`).digest('hex');
}

/** JSON with its keys sorted and no space, so that what was stored gives the same text again. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}
