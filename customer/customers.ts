import { ANONYMISED, type CustomerInput } from './contract.ts';

/** What is left of a customer who must be forgotten: nothing that leads to a person. */
export function anonymised({ country, currency }: CustomerInput): CustomerInput {
  return {
    name: ANONYMISED,
    email: '',
    phone: '',
    street: '',
    postalCode: '',
    city: '',
    country,
    siren: '',
    vatNumber: '',
    currency,
    dueDays: null,
    dueEndOfMonth: false,
  };
}
