import type { LanguageCode } from './dictionary.ts';

/** What the customers of a French company are mostly invoiced in (ISO 4217). */
const USUAL =
  'AUD CAD CHF CNY CZK DKK DZD EUR GBP HUF JPY MAD NOK PLN RON SEK TND USD XAF XOF XPF'.split(' ');

/** The choices for a currency, named in the language and sorted by it, with the current one. */
export function currencies(language: LanguageCode, current: string) {
  const codes = new Set([...USUAL, current].filter((code) => /^[A-Z]{3}$/.test(code)));
  return Array.from(codes, (code) => ({
    code,
    name: currencyName(language, code),
  })).toSorted((a, b) => a.name.localeCompare(b.name, language));
}

/** A currency's name in the language, with its code: `Euro (EUR)`. */
export function currencyName(language: LanguageCode, code: string): string {
  if (!/^[A-Z]{3}$/.test(code)) return code;
  const name = new Intl.DisplayNames(language, { type: 'currency' }).of(code) ?? code;
  return name === code
    ? code
    : `${name.charAt(0).toLocaleUpperCase(language)}${name.slice(1)} (${code})`;
}
