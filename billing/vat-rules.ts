import type { VatCategory } from 'inventory/vat-category';
import type { FieldError } from 'platform/contract';
import { invalid } from 'platform/problem';

import type { Invoice } from './invoice-contract.ts';
import type { Settings } from './settings-contract.ts';

type Issuable = Pick<Invoice, 'buyer' | 'lines'>;

/**
 * Throws 422 for what may not be issued because of its VAT categories, with what to do about it: without
 * the VAT numbers of both sides where the buyer owes the tax (BR-AE-02, BR-IC-02), exempt without a
 * reason (BR-E-10), outside the scope beside something else (BR-O-11 to 14).
 */
export function assertVat(invoice: Issuable, settings: Settings): void {
  const errors = [
    ...numberComplaints(invoice, settings),
    ...exemptionComplaints(invoice, settings),
    ...scopeComplaints(invoice),
  ];
  if (errors.length > 0) invalid(errors);
}

const NEED_NUMBERS: readonly VatCategory[] = ['AE', 'K'];

function numberComplaints({ buyer, lines }: Issuable, { seller }: Settings): FieldError[] {
  const category = NEED_NUMBERS.find((needing) => has(lines, needing));
  if (category === undefined) return [];
  const code = 'vat_number_missing';
  const lack = (whose: string, where: string) =>
    `Category '${category}' needs the VAT number of ${whose}: enter it ${where}`;
  return [
    ...(buyer.vatNumber === ''
      ? [{ pointer: '/buyer/vatNumber', code, detail: lack('the customer', 'at the customer') }]
      : []),
    ...(seller.vatNumber === ''
      ? [{ pointer: '/seller/vatNumber', code, detail: lack('the company', 'in the settings') }]
      : []),
  ];
}

function exemptionComplaints({ lines }: Issuable, { vatExemption }: Settings): FieldError[] {
  if (vatExemption !== '') return [];
  const detail = "Category 'E' needs a reason: enter the exemption mention in the settings";
  return complaintsAbout(lines, (category) => category === 'E', {
    code: 'exemption_missing',
    detail,
  });
}

function scopeComplaints({ lines }: Issuable): FieldError[] {
  if (!has(lines, 'O')) return [];
  const detail = "Category 'O' stands alone: put this line on another invoice";
  return complaintsAbout(lines, (category) => category !== 'O', { code: 'mixed_scope', detail });
}

const has = (lines: Issuable['lines'], category: VatCategory): boolean =>
  lines.some(({ vatCategory }) => vatCategory === category);

const complaintsAbout = (
  lines: Issuable['lines'],
  isWrong: (category: VatCategory) => boolean,
  complaint: Pick<FieldError, 'code' | 'detail'>,
): FieldError[] =>
  lines.flatMap(({ vatCategory }, index) =>
    isWrong(vatCategory) ? [{ pointer: `/lines/${index}/vatCategory`, ...complaint }] : [],
  );
