import type { Seller } from './settings-contract.ts';

/** Who sells in made-up data; the SIREN passes Luhn's check. */
export const seedSeller: Seller = {
  name: 'Comptoir des Artisans',
  legalForm: 'SARL',
  capital: '10 000 €',
  siren: '732829320',
  rcs: 'Lyon',
  vatNumber: 'FR44732829320',
  street: '12 quai Saint-Antoine',
  postalCode: '69002',
  city: 'Lyon',
  country: 'FR',
  email: 'contact@example.com',
  phone: '+33 1 99 00 00 00',
};

/** Of professional training, which is all that is sold without VAT. */
export const seedExemption = 'Exonération de TVA, art. 261-4-4° a du CGI';
