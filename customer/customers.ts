import type { Customer, CustomerInput, CustomerPatch } from './contract.ts';

/** The fields that a person fills in, of a record that has more. */
export function inputOf(customer: CustomerInput): CustomerInput {
  const { name, email, phone, street, postalCode, city, country, siren, vatNumber } = customer;
  return { name, email, phone, street, postalCode, city, country, siren, vatNumber };
}

/** What a customer is after a patch: the fields that it names are replaced, the others stay. */
export function patched(customer: CustomerInput, patch: CustomerPatch): CustomerInput {
  return { ...inputOf(customer), ...patch };
}

/** What is left of a customer who must be forgotten: nothing that leads to a person. */
export function anonymised({ country }: CustomerInput): CustomerInput {
  return {
    name: 'Client anonymisé',
    email: '',
    phone: '',
    street: '',
    postalCode: '',
    city: '',
    country,
    siren: '',
    vatNumber: '',
  };
}

export const isArchived = ({ archivedAt }: Customer): boolean => archivedAt != null;
