import type { LanguageCode } from './dictionary.ts';

/** Where the customers of a French company mostly are (ISO 3166-1 alpha-2). */
const USUAL = (
  'AT BE BG CH CI CY CZ DE DK DZ EE ES FI FR GB GR HR HU IE IT LT LU LV MA MC MT NL NO PL PT RO ' +
  'SE SI SK SN TN US CA'
).split(' ');

/** The choices for a country, named in the language and sorted by it, with the current one. */
export function countries(language: LanguageCode, current: string) {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const codes = new Set([...USUAL, current].filter((code) => /^[A-Z]{2}$/.test(code)));
  return Array.from(codes, (code) => ({ code, name: names.of(code) ?? code })).toSorted((a, b) =>
    a.name.localeCompare(b.name, language),
  );
}

/** A country's name in the language. */
export function countryName(language: LanguageCode, code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code;
}
