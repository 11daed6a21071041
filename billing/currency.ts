/**
 * How many decimals a currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for TND. A table and not
 * `Intl`, so that the server, every browser and a document made years later agree.
 */
export const currencyExponent = (currency: string): number => EXPONENTS.get(currency) ?? 2;

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...exponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...exponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...exponent(4, 'CLF UYW'),
]);

function exponent(digits: number, codes: string): [string, number][] {
  return codes.split(' ').map((code) => [code, digits]);
}
