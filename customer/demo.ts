import type { CustomerInput } from './contract.ts';

const nothing = {
  phone: '',
  siren: '',
  vatNumber: '',
  currency: 'EUR',
  dueDays: null,
  dueEndOfMonth: false,
};

/** The customers of the original's demo, with addresses; their ids never change. */
export const demoCustomers: readonly (CustomerInput & { id: string })[] = [
  {
    ...nothing,
    id: '01930000-0000-7000-8000-000000000001',
    name: 'Hassan',
    email: 'hassan@example.com',
    phone: '+212 522 000 001',
    street: '12 rue des Orangers',
    postalCode: '20250',
    city: 'Casablanca',
    country: 'MA',
  },
  {
    ...nothing,
    id: '01930000-0000-7000-8000-000000000002',
    name: 'Hanane',
    email: 'hanane@example.com',
    phone: '+33 1 99 00 00 02',
    street: '8 rue de la République',
    postalCode: '69002',
    city: 'Lyon',
    country: 'FR',
  },
  {
    ...nothing,
    id: '01930000-0000-7000-8000-000000000003',
    name: 'Imane',
    email: 'imane@example.com',
    phone: '+33 1 99 00 00 03',
    street: '27 avenue Jean-Médecin',
    postalCode: '06000',
    city: 'Nice',
    country: 'FR',
  },
];
