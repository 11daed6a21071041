import type postgres from 'postgres';

import type { Queryable } from './database.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * A condition that every word of `q` is in the column `search`, whatever its case and accents; true
 * for an empty `q`.
 */
export function foundByWords(sql: Queryable, q: string): Fragment {
  const words = q.split(/\s+/).filter(Boolean);
  return words.reduce<Fragment>(
    (where, word) => sql`${where} and search like search_text(${containing(word)})`,
    sql`true`,
  );
}

/**
 * How well a row of a search is meant, the best first: it is named exactly so, the first field of
 * the column `search` starts so, another one does. Undefined for an empty `q`, which searches nothing.
 */
export function rankedByStart(sql: Queryable, q: string, exact: Fragment): Fragment[] | undefined {
  if (q === '') return undefined;
  const start = containing(q).slice(1);
  return [
    exact,
    sql`search like search_text(${start})`,
    sql`search like search_text(${`%\n${start}`})`,
  ];
}

/** That one of the fields in the column `search` is `q`, whatever its case and accents. */
export function foundAsField(sql: Queryable, q: string): Fragment {
  const field = containing(q).slice(1, -1);
  return sql`(
    search like search_text(${`${field}\n%`}) or search like search_text(${`%\n${field}\n%`})
    or search like search_text(${`%\n${field}`})
  )`;
}

/** A pattern for `like` that finds `q` anywhere, with its own `%`, `_` and `\` taken literally. */
export function containing(q: string): string {
  return `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
