import { currencyExponent } from 'platform/currency';

/**
 * A number in plain digits, whoever wrote it: `1 234,56 €`, `1,234.56`, `1.234,56` and `EUR 1234.56`
 * are all `1234.56`. One comma or point by itself sets off decimals, at most four. Undefined for
 * what is no number; letters stand beside decimals only, or name a currency that has none as in
 * `1 500 JPY`, since `AXA 12` is rather a name.
 */
export function writtenNumber(text: string): string | undefined {
  const [, before = '', digits = '', after = ''] = PARTS.exec(text.replaceAll(/[\s'’]/g, '')) ?? [];
  const number = NOTATIONS.map((notation) => notation(digits)).find(Boolean);
  const isWhole = number?.includes('.') !== true;
  return isWhole && isName(before + after) ? undefined : number;
}

const isName = (beside: string): boolean =>
  /[a-z]/i.test(beside) && currencyExponent(beside.toUpperCase()) !== 0;

const PARTS = /^(\p{Sc}|[a-z]{3})?([\d.,]+)(\p{Sc}|[a-z]{3})?$/iu;

/** So many digits as in a SIRET, too. */
const PLAIN = /^(\d{1,12}[.,]\d{1,4}|\d{1,20})$/;

type Notation = (digits: string) => string | undefined;

const NOTATIONS: readonly Notation[] = [
  (digits) => (PLAIN.test(digits) ? digits.replace(',', '.') : undefined),
  grouped(',', '.'),
  grouped('.', ','),
];

/** With its thousands set off, and decimals where something was set off once only. */
function grouped(thousands: ',' | '.', decimal: ',' | '.'): Notation {
  const shape = new RegExp(`^\\d{1,3}(\\${thousands}\\d{3}){1,3}(\\${decimal}\\d{1,4})?$`);
  return (digits) =>
    shape.test(digits) ? digits.replaceAll(thousands, '').replace(decimal, '.') : undefined;
}
