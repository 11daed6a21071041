/** Whether nine digits are a SIREN: the last one makes the Luhn sum end in zero (ISO/IEC 7812-1). */
export function isSiren(value: string): boolean {
  if (!/^\d{9}$/.test(value)) return false;
  const sum = Array.from(value, Number).reduce((total, digit, index) => {
    const weighted = digit * (index % 2 === 0 ? 1 : 2);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0 && sum > 0;
}

/**
 * Whether a text can be a VAT number of its country: two letters, then what the country gives. Of a
 * French one the SIREN and, where it is a number, the key before it are checked (BOFiP,
 * BOI-TVA-DECLA-20-10-30); newer keys have letters, which tell nothing.
 */
export function isVatNumber(value: string): boolean {
  if (!value.startsWith('FR')) return /^[A-Z]{2}[0-9A-Z+*.]{2,13}$/.test(value);
  const [, key = '', siren = ''] = /^FR([0-9A-HJ-NP-Z]{2})(\d{9})$/.exec(value) ?? [];
  if (!isSiren(siren)) return false;
  return /[A-Z]/.test(key) || Number(key) === (12 + 3 * (Number(siren) % 97)) % 97;
}
