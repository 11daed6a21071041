/**
 * Decimals as people type them, to and from the API's strings (`"1234.5"`). Digits are moved as
 * text, never through a binary number, so nothing is lost.
 */

/**
 * Reads `1 234,5`, `1.234,50`, `1,234.50` or `12.5`; the last separator is the decimal one unless
 * it comes more than once. Undefined for what is no number.
 */
export function parseDecimal(typed: string): string | undefined {
  const compact = typed.replace(/[\s'’€%]/g, '').replace('−', '-');
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(compact)) return undefined;
  const sign = compact.startsWith('-') ? '-' : '';
  const digits = compact.replace(/^[+-]/, '');
  const separator = Math.max(digits.lastIndexOf(','), digits.lastIndexOf('.'));
  const isDecimal = separator >= 0 && digits.split(digits[separator] ?? '').length === 2;
  const whole = (isDecimal ? digits.slice(0, separator) : digits).replace(/[.,]/g, '');
  const fraction = isDecimal ? digits.slice(separator + 1) : '';
  return normalized(sign, whole, fraction);
}

/** Writes `"1234.5"` as `1234,50` for a field: at least `minDecimals`, no grouping. */
export function formatDecimal(value: string, separator: string, minDecimals = 0): string {
  if (value === '') return '';
  const [whole = '', fraction = ''] = value.split('.');
  const shown = fraction.replace(/0+$/, '').padEnd(minDecimals, '0');
  return shown === '' ? whole : `${whole}${separator}${shown}`;
}

/** Moves the point to the right: `"5.5"` by 2 is 550; undefined when decimals would be lost. */
export function toScaled(decimal: string, places: number): number | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  if (match === null || fraction.length > places) return undefined;
  return Number(`${match[1]}${match[2]}${fraction.padEnd(places, '0')}`);
}

/** Moves the point to the left: 550 by 2 is `"5.5"`. */
export function fromScaled(scaled: number, places: number): string {
  const digits = String(Math.abs(scaled)).padStart(places + 1, '0');
  const at = digits.length - places;
  return normalized(scaled < 0 ? '-' : '', digits.slice(0, at), digits.slice(at));
}

function normalized(sign: string, whole: string, fraction: string): string {
  const integer = whole.replace(/^0+(?=\d)/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  const text = decimals === '' ? integer : `${integer}.${decimals}`;
  return text === '0' ? '0' : `${sign}${text}`;
}
