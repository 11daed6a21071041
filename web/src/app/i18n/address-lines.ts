import { countryName } from './countries.ts';
import type { LanguageCode } from './dictionary.ts';

type Address = Readonly<Record<'street' | 'postalCode' | 'city' | 'country', string>>;

/** An address as it stands below a name; the country only when it is not ours. */
export function addressLines(address: Address, language: LanguageCode): string[] {
  const { street, postalCode, city, country } = address;
  const place = [postalCode, city].filter(Boolean).join(' ');
  const abroad = country === 'FR' ? '' : countryName(language, country);
  return [street, place, abroad].filter(Boolean);
}
