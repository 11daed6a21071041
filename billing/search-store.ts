import type { Queryable } from 'platform/database';
import type { Fragment, PageQuery } from 'platform/page-order-store';
import { containing, foundAsField, foundByWords, rankedByStart } from 'platform/search-store';

import { ofAmount, ofWholeAmount } from './amount-store.ts';
import { writtenNumber } from './written-number.ts';

type Search = Pick<PageQuery<string>, 'searched' | 'ranking'> & {
  readonly conditions: readonly Fragment[];
  /** That the numbers are read, so that the last ones come first. */
  readonly isByNumber?: boolean;
};

/**
 * What begins like a number is looked for among the numbers, and what has decimals, as `1 234,50 €`
 * or `1,234.50`, among the amounts: an index leads there. Of all else every word is looked for, in the buyer's name
 * and SIREN, and what has digits in numbers and amounts as well.
 */
export function searchInvoices(sql: Queryable, q: string): Search {
  const term = q.trim();
  if (term === '') return { conditions: [] };
  if (NUMBER.test(term)) return searchNumbers(sql, term.toUpperCase());
  const number = writtenNumber(term) ?? '';
  if (DECIMAL.test(number)) return { conditions: [ofAmount(sql, number)], ranking: [] };
  return searchWords(sql, number || term);
}

/** A series with its year, and of the rest of the number as much as is known: `F2026-0012`. */
const NUMBER = /^[a-z]{1,5}\d{4}(-\d*)?$/i;
const DECIMAL = /^\d{1,12}[.,]\d{1,4}$/;
const DIGITS = /^\d+$/;
/** What a word must look like to be part of a number; one of letters only is part of too many. */
const IN_NUMBER = /^(?=.*\d)[a-z]{0,5}\d*-?\d*$/i;

function searchNumbers(sql: Queryable, number: string): Search {
  const [year = '', digits = ''] = number.split('-');
  const ofYear = sql`number_key between ${year} and ${year + HIGHEST}`;
  if (digits === '') return { conditions: [ofYear], isByNumber: true };
  return {
    conditions: [ofYear, sql`number between ${number} and ${number + HIGHEST}`],
    ranking: [sql`number = ${number}`],
    isByNumber: true,
  };
}

/** Sorted after every other character, in C as in ICU. */
const HIGHEST = '\uFFFF';

function searchWords(sql: Queryable, asked: string): Search {
  const words = asked.split(/\s+/);
  const names = words.filter((word) => !isFigure(word));
  return {
    searched: sql`invoice join invoice_buyer on key = buyer_key`,
    conditions: [
      foundByWords(sql, names.join(' ')),
      ...words.filter(isFigure).map((word) => foundAnywhere(sql, word)),
    ],
    ranking: rankedByStart(sql, asked, foundAsField(sql, asked)),
  };
}

const isFigure = (word: string): boolean => IN_NUMBER.test(word) || DECIMAL.test(word);

/** The buyers are looked up before, so that each part is answered by its own index. */
function foundAnywhere(sql: Queryable, word: string): Fragment {
  return sql`(
    buyer_key = any(array(
      select key from invoice_buyer where search like search_text(${containing(word)})
    ))
    or number like ${containing(word.toUpperCase())}
    ${DIGITS.test(word) ? sql`or ${ofWholeAmount(sql, word)}` : sql``}
    ${DECIMAL.test(word) ? sql`or ${ofAmount(sql, word)}` : sql``}
  )`;
}
