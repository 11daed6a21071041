import { AuditTrail, AuditTrailQuery } from 'platform/audit';
import {
  contract,
  created,
  empty,
  json,
  problem,
  record,
  stale,
  upstreamProblems,
} from 'platform/contract';
import { Currency, CurrencyCode, Id, Instant, text } from 'platform/fields';
import { flag, idList, listQuery, pageOf } from 'platform/paging';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

import { isSiren, isVatNumber } from './company-numbers.ts';

/** What browsers take for an e-mail address too, or nothing. */
export const EmailOrNone = text(254).regex(
  new RegExp(`^$|${z.regexes.html5Email.source}`),
  'Must be an e-mail address',
);

/** The number of a French company, nine digits; spaces and dots between them are left out. */
export const Siren = typed(
  'siren',
  /[\s.]/g,
  isSiren,
  'Must be a SIREN: nine digits, the last one a check',
);

/** A VAT number with its country in front, `FR96552100554`; spaces are left out. */
export const VatNumber = typed(
  'vat-number',
  /\s/g,
  isVatNumber,
  'Must be a VAT number, such as FR96552100554',
);

/** ISO 3166-1 alpha-2. */
export const CountryCode = z.string().regex(/^[A-Z]{2}$/, 'Must be a two-letter country code');

/** Days from issue to due. */
export const DueDays = z.int().min(0).max(365);

/** What a person fills in about a customer; an empty string where nothing is known. */
export const CustomerInput = z
  .strictObject({
    name: text(200, 1),
    email: EmailOrNone.default(''),
    phone: text(40).default(''),
    street: text(200).default(''),
    postalCode: text(20).default(''),
    city: text(100).default(''),
    country: CountryCode.default('FR'),
    /** Of a French company; empty for anybody else. */
    siren: Siren.default(''),
    vatNumber: VatNumber.default(''),
    /** In which the customer is invoiced unless an invoice says otherwise. */
    currency: Currency.default('EUR'),
    /** Within how many days the customer pays; null where it is as the settings say. */
    dueDays: DueDays.nullable().default(null),
    /** Whether these days go on to the end of their month: 45 jours fin de mois. */
    dueEndOfMonth: z.boolean().default(false),
  })
  .meta({ id: 'CustomerInput' });
export type CustomerInput = z.output<typeof CustomerInput>;

export const Customer = z
  .object({
    id: Id,
    ...CustomerInput.shape,
    // As they are kept: what a person fills in today must be right, what was kept once must be shown.
    siren: z.string(),
    vatNumber: z.string(),
    currency: CurrencyCode,
    /** When it was put away; lists leave it out then. Null while it is in use. */
    archivedAt: Instant.nullish(),
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Customer' });
export type Customer = z.output<typeof Customer>;

export const CustomerPatch = patchOf(CustomerInput).meta({ id: 'CustomerPatch' });
export type CustomerPatch = z.output<typeof CustomerPatch>;

/** What a customer is called once the person is forgotten, here and in what was copied of it. */
export const ANONYMISED = 'Client anonymisé';

const CustomerId = z.object({ id: Id });

export const customers = contract('customer-service', {
  list: {
    method: 'get',
    path: '/customers',
    summary: 'Search, sort and page through the customers',
    request: {
      query: listQuery(['name', 'email', 'city', 'createdAt']).extend({
        archived: flag(false),
        /** Only these, archived or not. */
        ids: idList(),
      }),
    },
    responses: { 200: json(pageOf(Customer).meta({ id: 'CustomerPage' })) },
  },
  create: {
    method: 'post',
    path: '/customers',
    summary: 'Add a customer',
    request: { body: json(CustomerInput), idempotencyKey: true },
    responses: { 201: created(Customer, '/customers/{id}') },
  },
  get: {
    method: 'get',
    path: '/customers/{id}',
    summary: 'Read one customer',
    request: { params: CustomerId },
    responses: { 200: record(Customer), 404: problem },
  },
  update: {
    method: 'put',
    path: '/customers/{id}',
    summary: 'Replace what is known about a customer',
    request: { params: CustomerId, ifMatch: true, body: json(CustomerInput) },
    responses: { 200: record(Customer), 404: problem, 412: stale(Customer) },
  },
  patch: {
    method: 'patch',
    path: '/customers/{id}',
    summary: 'Change some fields of a customer',
    request: { params: CustomerId, ifMatch: true, body: json(CustomerPatch) },
    responses: { 200: record(Customer), 404: problem, 412: stale(Customer) },
  },
  remove: {
    method: 'delete',
    path: '/customers/{id}',
    summary: 'Delete a customer; 409 with what refers to it',
    request: { params: CustomerId, ifMatch: true },
    responses: {
      204: empty,
      404: problem,
      409: problem,
      412: stale(Customer),
      ...upstreamProblems,
    },
  },
  archive: {
    method: 'post',
    path: '/customers/{id}/archive',
    summary: 'Put a customer away, out of the lists',
    request: { params: CustomerId, ifMatch: true, idempotencyKey: true },
    responses: { 200: record(Customer), 404: problem, 412: stale(Customer) },
  },
  restore: {
    method: 'post',
    path: '/customers/{id}/restore',
    summary: 'Bring an archived customer back',
    request: { params: CustomerId, ifMatch: true, idempotencyKey: true },
    responses: { 200: record(Customer), 404: problem, 412: stale(Customer) },
  },
  anonymise: {
    method: 'post',
    path: '/customers/{id}/anonymise',
    summary: 'Forget who a customer is, for good; issued invoices keep what they say',
    request: { params: CustomerId, ifMatch: true, idempotencyKey: true },
    responses: { 200: record(Customer), 404: problem, 412: stale(Customer) },
  },
  history: {
    method: 'get',
    path: '/customers/{id}/history',
    summary: 'What happened to a customer, newest first, also after it was deleted',
    request: { params: CustomerId, query: AuditTrailQuery },
    responses: { 200: json(AuditTrail), 404: problem },
  },
});

/** A number that people write with spaces, or nothing. */
function typed(name: string, between: RegExp, isRight: (value: string) => boolean, error: string) {
  const right = z.stringFormat(name, (value) => value === '' || isRight(value), { error });
  return z.codec(z.string().max(40), right, {
    decode: (text) => text.replaceAll(between, '').toUpperCase(),
    encode: (value) => value,
  });
}
