/** The sum of one field of all rows. */
export function sumOf<K extends string>(
  rows: readonly { readonly [name in K]: number }[],
  field: K,
): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
