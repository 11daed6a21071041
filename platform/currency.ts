/**
 * How many decimals a currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for TND. A table and not
 * `Intl`, so that every server, every browser and a document made years later agree. Those that were
 * never one, or are none any more, count as having two.
 */
export const currencyExponent = (currency: string): number => EXPONENTS.get(currency) ?? 2;

/**
 * The codes of ISO 4217 as of 2026 in which amounts can be due: currencies and units of account, but
 * no metals, bonds or codes for tests.
 */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...exponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...exponent(
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD ' +
      'CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL ' +
      'GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP ' +
      'LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK ' +
      'NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD ' +
      'SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD ' +
      'XCG YER ZAR ZMW ZWG',
  ),
  ...exponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...exponent(4, 'CLF UYW'),
]);

export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()].toSorted();

function exponent(digits: number, codes: string): [string, number][] {
  return codes.split(' ').map((code) => [code, digits]);
}
