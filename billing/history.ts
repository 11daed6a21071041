import type { Invoice } from './invoice-contract.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Fields = Record<string, Json>;

/** The fields of an invoice that differ, as they were and as they became. */
export function changesOf(
  before: Invoice | undefined,
  after: Invoice | undefined,
): { readonly before: Fields; readonly after: Fields } {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  const changed = Object.keys({ ...one, ...other }).filter(
    (name) => !IMPLIED.has(name) && !Bun.deepEquals(one[name], other[name]),
  );
  return { before: picked(one, changed), after: picked(other, changed) };
}

/** What every change changes, or what never does. */
const IMPLIED = new Set(['id', 'version', 'createdAt', 'updatedAt']);

const fieldsOf = (invoice: Invoice | undefined): Fields =>
  invoice === undefined ? {} : JSON.parse(JSON.stringify(invoice));

function picked(fields: Fields, names: readonly string[]): Fields {
  const entries = names.flatMap((name): [string, Json][] => {
    const value = fields[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
