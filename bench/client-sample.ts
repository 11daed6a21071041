import type { Customer } from 'customer/contract';

export const customer: Customer = {
  id: '0197a3c2-0000-7000-8000-000000000001',
  version: 3,
  name: 'Menuiserie Dubois',
  email: 'contact@dubois.example',
  phone: '+33 4 72 00 00 00',
  street: '12 rue de la République',
  postalCode: '69001',
  city: 'Lyon',
  country: 'FR',
  siren: '732829320',
  vatNumber: 'FR44732829320',
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-11-20T16:30:00.000Z',
};
