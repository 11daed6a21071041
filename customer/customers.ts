import type { CustomerInput, CustomerPatch } from './contract.ts';

/** The fields that a person fills in, of a record that has more. */
export function inputOf(customer: CustomerInput): CustomerInput {
  const { name, email, phone, street, postalCode, city, country, siren, vatNumber } = customer;
  return { name, email, phone, street, postalCode, city, country, siren, vatNumber };
}

/** What a customer is after a patch: the fields that it names are replaced, the others stay. */
export function patched(customer: CustomerInput, patch: CustomerPatch): CustomerInput {
  return { ...inputOf(customer), ...patch };
}
