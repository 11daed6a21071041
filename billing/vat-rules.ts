import type { VatCategory } from 'inventory/vat-category';
import type { FieldError } from 'platform/contract';
import { invalid } from 'platform/problem';

import type { Buyer, Invoice } from './invoice-contract.ts';
import type { Settings } from './settings-contract.ts';

type Lines = Pick<Invoice, 'lines'>;

/**
 * Throws 422 for what may not be issued because of its VAT categories, whoever buys, with what to do
 * about it: without the seller's VAT number where the buyer owes the tax or the goods leave the
 * country (BR-AE-02, BR-IC-02, BR-G-02), exempt without a reason (BR-E-10), outside the scope beside
 * something else (BR-O-11 to 14).
 */
export function assertVat(invoice: Lines, settings: Settings): void {
  orRefuse([
    ...sellerComplaints(invoice, settings),
    ...exemptionComplaints(invoice, settings),
    ...scopeComplaints(invoice),
  ]);
}

/**
 * Throws 422 where the buyer owes the tax and has no VAT number (BR-AE-02, BR-IC-02), or for an
 * intra-Community supply one of the seller's own country (CGI art. 262 ter I). For reverse charge EN
 * 16931 would do with a SIREN; French law does not (CGI art. 242 nonies A of annex II, I 3°).
 */
export function assertBuyerVat(
  { lines }: Lines,
  { vatNumber }: Buyer,
  { seller }: Pick<Settings, 'seller'>,
): void {
  orRefuse([
    ...lackOfNumber(lines, ['AE', 'K'], vatNumber, BUYER),
    ...domesticNumber(lines, vatNumber, seller.vatNumber),
  ]);
}

function domesticNumber(lines: Lines['lines'], buyers: string, sellers: string): FieldError[] {
  const country = sellers.slice(0, 2);
  if (country === '' || !buyers.startsWith(country)) return [];
  const detail = `Category 'K' needs a buyer of another country, and the VAT number says ${country}`;
  return complaintsAbout(lines, (category) => category === 'K', {
    code: 'domestic_supply',
    detail,
  });
}

const sellerComplaints = ({ lines }: Lines, { seller }: Settings): FieldError[] =>
  lackOfNumber(lines, ['AE', 'K', 'G'], seller.vatNumber, SELLER);

type Side = { readonly pointer: string; readonly whose: string; readonly where: string };
const BUYER: Side = {
  pointer: '/buyer/vatNumber',
  whose: 'the customer',
  where: 'at the customer',
};
const SELLER: Side = {
  pointer: '/seller/vatNumber',
  whose: 'the company',
  where: 'in the settings',
};

function lackOfNumber(
  lines: Lines['lines'],
  needing: readonly VatCategory[],
  vatNumber: string,
  { pointer, whose, where }: Side,
): FieldError[] {
  const category = needing.find((one) => has(lines, one));
  if (category === undefined || vatNumber !== '') return [];
  const detail = `Category '${category}' needs the VAT number of ${whose}: enter it ${where}`;
  return [{ pointer, code: 'vat_number_missing', detail }];
}

function orRefuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) invalid(errors);
}

function exemptionComplaints({ lines }: Lines, { vatExemption }: Settings): FieldError[] {
  if (vatExemption !== '') return [];
  const detail = "Category 'E' needs a reason: enter the exemption mention in the settings";
  return complaintsAbout(lines, (category) => category === 'E', {
    code: 'exemption_missing',
    detail,
  });
}

function scopeComplaints({ lines }: Lines): FieldError[] {
  if (!has(lines, 'O')) return [];
  const detail = "Category 'O' stands alone: put this line on another invoice";
  return complaintsAbout(lines, (category) => category !== 'O', { code: 'mixed_scope', detail });
}

const has = (lines: Lines['lines'], category: VatCategory): boolean =>
  lines.some(({ vatCategory }) => vatCategory === category);

const complaintsAbout = (
  lines: Lines['lines'],
  isWrong: (category: VatCategory) => boolean,
  complaint: Pick<FieldError, 'code' | 'detail'>,
): FieldError[] =>
  lines.flatMap(({ vatCategory }, index) =>
    isWrong(vatCategory) ? [{ pointer: `/lines/${index}/vatCategory`, ...complaint }] : [],
  );
