import { type Random, random } from 'platform/random';

import type { CustomerInput } from './contract.ts';

/** A customer as one is made up; the same for the same seed and index. */
export type SeededCustomer = CustomerInput & { readonly id: string; readonly createdAt: string };

/** The customer `index` of those that came into being in the days before `until`, `2026-11-22`. */
export function seededCustomer(seed: number, index: number, until: string): SeededCustomer {
  const dice = random(seed, 'customer', index);
  const at = Date.parse(until) - dice.between(DAYS_MS, 6 * 365 * DAYS_MS);
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
    createdAt: new Date(at).toISOString(),
  };
}

const DAYS_MS = 86_400_000;

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
  const kind = dice.pick(KINDS);
  return dice.chance(0.5)
    ? `${kind} ${dice.pick(LAST_NAMES)} ${dice.pick(FORMS)}`
    : `${dice.pick(LAST_NAMES)} & ${dice.pick(LAST_NAMES)} ${dice.pick(FORMS)}`;
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '.');
const twoDigits = (dice: Random): string => String(dice.between(0, 99)).padStart(2, '0');

const FORMS = ['SARL', 'SAS', 'SASU', 'EURL', 'SA', 'SCOP'] as const;
const KINDS = [
  'Boulangerie',
  'Garage',
  'Menuiserie',
  'Librairie',
  'Cabinet',
  'Atelier',
  'Transports',
  'Pharmacie',
  'Domaine',
  'Électricité',
  'Plomberie',
  'Imprimerie',
] as const;
const FIRST_NAMES = [
  'Hélène',
  'Karim',
  'Élodie',
  'Jean-Baptiste',
  'Inès',
  'François',
  'Zoé',
  'Mehdi',
  'Chloé',
  'Loïc',
  'Aïcha',
  'Benoît',
  'Clémence',
  'Gaël',
  'Noémie',
  'Thierry',
] as const;
const LAST_NAMES = [
  'Dupont',
  'Lefèvre',
  'Moreau',
  'Benali',
  'Garcia',
  'Nguyen',
  'Rousseau',
  'Guérin',
  'Le Goff',
  'Müller',
  'Da Silva',
  'Chevalier',
  'Fontaine',
  'Lacroix',
  'Marchand',
  'Perrin',
  'Renaud',
  'Schmitt',
  'Traoré',
  'Vasseur',
  'Wagner',
  'Yılmaz',
  "N'Diaye",
  'Œuvrard',
] as const;
const STREETS = [
  'rue de la République',
  'avenue Jean-Jaurès',
  'rue Victor-Hugo',
  'boulevard Gambetta',
  'place du Marché',
  'chemin des Écoliers',
  'rue de l’Église',
  'impasse des Lilas',
] as const;
const CITIES = [
  ['75011', 'Paris'],
  ['69003', 'Lyon'],
  ['13006', 'Marseille'],
  ['31000', 'Toulouse'],
  ['06000', 'Nice'],
  ['44000', 'Nantes'],
  ['34000', 'Montpellier'],
  ['67000', 'Strasbourg'],
  ['33000', 'Bordeaux'],
  ['59800', 'Lille'],
  ['35000', 'Rennes'],
  ['42000', 'Saint-Étienne'],
  ['29200', 'Brest'],
  ['87000', 'Limoges'],
  ['64000', 'Pau'],
] as const;
