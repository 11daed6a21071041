import type { Customer, CustomerInput } from 'customer/contract';

/** What the form starts with: the customer as it is, or a blank one. */
export function inputOf(customer: Customer | undefined): CustomerInput {
  if (customer === undefined) return EMPTY;
  const { name, email, phone, street, postalCode, city, country } = customer;
  const { siren, vatNumber, currency, dueDays, dueEndOfMonth } = customer;
  const address = { street, postalCode, city, country };
  const invoicing = { currency, dueDays, dueEndOfMonth };
  return { name, email, phone, ...address, siren, vatNumber, ...invoicing };
}

const EMPTY: CustomerInput = {
  name: '',
  email: '',
  phone: '',
  street: '',
  postalCode: '',
  city: '',
  country: 'FR',
  siren: '',
  vatNumber: '',
  currency: 'EUR',
  dueDays: null,
  dueEndOfMonth: false,
};
