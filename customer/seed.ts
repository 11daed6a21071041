import { type Random, random } from 'platform/random';

import type { CustomerInput } from './contract.ts';
import {
  CITIES,
  FIRST_NAMES,
  FIRST_SYLLABLES,
  FORMS,
  KINDS,
  LAST_NAMES,
  LAST_SYLLABLES,
  STREETS,
} from './seed-names.ts';

/** A customer as one is made up; the same for the same seed and index. */
export type SeededCustomer = CustomerInput & { readonly id: string; readonly createdAt: string };

/** The customer `index` of those that came into being in the days before `until`, `2026-11-22`. */
export function seededCustomer(seed: number, index: number, until: string): SeededCustomer {
  const dice = random(seed, 'customer', index);
  const at = Date.parse(until) - dice.between(FIRST_INVOICE_MS, 8 * YEAR_MS);
  const person = `${dice.pick(FIRST_NAMES)} ${dice.pick(LAST_NAMES)}`;
  const isCompany = dice.chance(0.8);
  const siren = isCompany ? sirenOf(dice) : '';
  const name = isCompany ? companyName(dice) : person;
  const [postalCode, city] = dice.pick(CITIES);
  return {
    id: dice.uuid(at),
    name,
    email: `${plain(person)}.${index}@example.com`,
    phone: `+33 1 99 00 ${twoDigits(dice)} ${twoDigits(dice)}`,
    street: `${dice.between(1, 220)} ${dice.pick(STREETS)}`,
    postalCode,
    city,
    country: 'FR',
    siren,
    vatNumber: isCompany ? vatNumberOf(siren) : '',
    currency: 'EUR',
    dueDays: null,
    dueEndOfMonth: false,
    createdAt: new Date(at).toISOString(),
  };
}

const YEAR_MS = 365 * 86_400_000;
/** Everybody is older than the first invoice. */
const FIRST_INVOICE_MS = 5 * YEAR_MS + 30 * 86_400_000;

/** Eight digits and the one that makes Luhn's sum a multiple of ten. */
function sirenOf(dice: Random): string {
  const digits = Array.from({ length: 8 }, () => dice.between(0, 9));
  const sum = digits.reduce((all, digit, place) => {
    const weighted = place % 2 === 1 ? digit * 2 : digit;
    return all + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return `${digits.join('')}${(10 - (sum % 10)) % 10}`;
}

/** The French key (CGI art. 286 ter): 12 + 3 × (SIREN mod 97), mod 97. */
const vatNumberOf = (siren: string): string =>
  `FR${String((12 + 3 * (Number(siren) % 97)) % 97).padStart(2, '0')}${siren}`;

function companyName(dice: Random): string {
  const form = dice.pick(FORMS);
  const manner = dice.next();
  if (manner < 0.5) return `${dice.pick(FIRST_SYLLABLES)}${dice.pick(LAST_SYLLABLES)} ${form}`;
  if (manner < 0.8) return `${dice.pick(KINDS)} ${dice.pick(LAST_NAMES)} ${form}`;
  return `${dice.pick(LAST_NAMES)} & ${dice.pick(LAST_NAMES)} ${form}`;
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ı', 'i')
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '.');
const twoDigits = (dice: Random): string => String(dice.between(0, 99)).padStart(2, '0');
