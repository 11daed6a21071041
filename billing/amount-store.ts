import type { Queryable } from 'platform/database';
import type { Fragment } from 'platform/page-order-store';

/** How many decimals the minor units of a currency may have. */
const EXPONENTS = [0, 2, 3, 4];

/** That an invoice comes to this, as `1234,5`, whichever currency it is in. */
export function ofAmount(sql: Queryable, amount: string): Fragment {
  const [whole = '', written = ''] = amount.split(/[.,]/);
  const decimals = written.replace(/0+$/, '');
  return anyOf(
    sql,
    EXPONENTS.filter((exponent) => exponent >= decimals.length).map((exponent) => {
      const minor = `${whole}${decimals.padEnd(exponent, '0')}`;
      return sql`(gross_minor = ${minor} and currency_exponent = ${exponent})`;
    }),
  );
}

/** That an invoice comes to this many, as `1234`, and whatever decimals. */
export function ofWholeAmount(sql: Queryable, whole: string): Fragment {
  if (whole.length > 12) return sql`false`;
  return anyOf(
    sql,
    EXPONENTS.map((exponent) => {
      const [first, last] = ['0', '9'].map((digit) => `${whole}${digit.repeat(exponent)}`);
      return sql`(
        gross_minor between ${first ?? ''} and ${last ?? ''} and currency_exponent = ${exponent}
      )`;
    }),
  );
}

function anyOf(sql: Queryable, conditions: readonly Fragment[]): Fragment {
  const any = conditions.reduce((all, condition) => sql`${all} or ${condition}`, sql`false`);
  return sql`(${any})`;
}
