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
export const canonical = (value: unknown): string => JSON.stringify(sorted(value));

/** No key here is a number, which an object would put before the others. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(fields).toSorted()) copy[key] = sorted(fields[key]);
  return copy;
}
