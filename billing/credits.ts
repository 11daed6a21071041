import type { FieldError } from 'platform/contract';
import { conflict, invalid } from 'platform/problem';

import { spread, sum } from './apportion.ts';
import type { NewCreditNote } from './credit-contract.ts';
import { decimalOf, scaled } from './decimal.ts';
import type { Invoice, InvoiceLine, Totals } from './invoice-contract.ts';
import { type ComputedPart, computePart } from './totals.ts';
import { vatKey } from './vat-groups.ts';

/** How much of a line of the invoice is credited, in thousandths. */
export type CreditedQuantities = ReadonlyMap<number, bigint>;

export type Credit = {
  readonly lines: readonly { readonly line: number; readonly quantity: string; netMinor: number }[];
  readonly totals: Totals;
};

/** Throws 409 for an invoice that cannot be credited. */
export function assertCreditable({ status, number }: Invoice): void {
  if (status !== 'draft' && status !== 'void') return;
  conflict('not-open', 'The invoice cannot be credited', {
    detail: status === 'draft' ? 'It was not issued yet' : `Invoice ${number} is void`,
  });
}

/**
 * How much of each line a request credits. Throws 422 for a line that the invoice does not have or
 * that is named twice, 409 beyond what earlier credit notes have left.
 */
export function creditedNow(
  { lines, number }: Invoice,
  before: CreditedQuantities,
  asked: NewCreditNote['lines'],
): CreditedQuantities {
  const left = new Map(
    lines.map((line, index) => [index, thousandths(line) - (before.get(index) ?? 0n)]),
  );
  if (asked === undefined) return allThatIsLeft(left, number);
  const now = new Map(asked.map((line) => [line.line, thousandths(line)]));
  const unknown = asked.flatMap(({ line }, index): FieldError[] => {
    const isTwice = asked.findIndex((other) => other.line === line) < index;
    if (!isTwice && left.has(line)) return [];
    const detail = isTwice ? 'This line is named twice' : 'The invoice has no such line';
    return [{ pointer: `/lines/${index}/line`, code: 'invalid_line', detail }];
  });
  if (unknown.length > 0) invalid(unknown);
  const errors = asked.flatMap(({ line }, index): FieldError[] => {
    const most = left.get(line) ?? 0n;
    if ((now.get(line) ?? 0n) <= most) return [];
    const detail = `${decimalOf(most, SCALE)} of it is left to be credited`;
    return [{ pointer: `/lines/${index}/quantity`, code: 'too_big', detail }];
  });
  if (errors.length > 0) {
    conflict('overcredited', 'More is credited than is left of the invoice', { errors });
  }
  return now;
}

/**
 * What a credit note comes to: all that is credited with it, less all that was credited before it.
 * Rounding each note by itself would leave cents over; this way the notes for a whole invoice add up
 * to the invoice, VAT group by VAT group, and line by line where prices are without VAT.
 */
export function creditOf(
  invoice: Invoice,
  before: CreditedQuantities,
  now: CreditedQuantities,
): Credit {
  const earlier = totalsAt(invoice, (line) => before.get(line) ?? 0n);
  const after = totalsAt(invoice, (line) => (before.get(line) ?? 0n) + (now.get(line) ?? 0n));
  const nets = netsOf(invoice, { earlier, after }, now);
  return {
    lines: [...now]
      .toSorted(([a], [b]) => a - b)
      .map(([line, quantity]) => ({
        line,
        quantity: decimalOf(quantity, SCALE),
        netMinor: nets.get(line) ?? 0,
      })),
    totals: difference(after.totals, earlier.totals, groupsOf(invoice, now)),
  };
}

const SCALE = 3;

const thousandths = ({ quantity }: Pick<InvoiceLine, 'quantity'>): bigint =>
  scaled(quantity, SCALE);

function allThatIsLeft(left: CreditedQuantities, number: string | null): CreditedQuantities {
  const some = new Map([...left].filter(([, quantity]) => quantity > 0n));
  if (some.size > 0) return some;
  return conflict('overcredited', 'Nothing is left of the invoice', {
    detail: `Invoice ${number} is credited as a whole`,
  });
}

const totalsAt = (invoice: Invoice, quantityOf: (line: number) => bigint) =>
  computePart(
    invoice,
    invoice.lines.map((_, line) => decimalOf(quantityOf(line), SCALE)),
  );

/**
 * What each line of a note comes to. Where prices include VAT a cent may move between the lines of
 * one VAT group as more of it is credited: so what the group comes to is spread over those that the
 * note credits, in whatever order they were named.
 */
function netsOf(
  { lines }: Invoice,
  { earlier, after }: { readonly earlier: ComputedPart; readonly after: ComputedPart },
  now: CreditedQuantities,
): ReadonlyMap<number, number> {
  const netOf = (line: number) =>
    BigInt((after.lines[line]?.netMinor ?? 0) - (earlier.lines[line]?.netMinor ?? 0));
  const amountOf = (line: number) => (after.amounts[line] ?? 0n) - (earlier.amounts[line] ?? 0n);
  const byGroup = Map.groupBy(lines.keys(), (line) => groupOf(lines[line]));
  const nets = [...byGroup.values()].flatMap((members) => {
    const credited = members.filter((line) => now.has(line));
    const parts = spread(sum(members.map(netOf)), credited.map(amountOf));
    return credited.map((line, index) => [line, Number(parts[index] ?? 0n)] as const);
  });
  return new Map(nets);
}

const groupOf = (line: InvoiceLine | undefined): string | undefined => line && vatKey(line);

const groupsOf = ({ lines }: Invoice, now: CreditedQuantities): ReadonlySet<string> =>
  new Set(lines.filter((_, line) => now.has(line)).map(vatKey));

function difference(after: Totals, before: Totals, groups: ReadonlySet<string>): Totals {
  const earlier = new Map(before.vat.map((group) => [vatKey(group), group]));
  return {
    netMinor: after.netMinor - before.netMinor,
    discountMinor: after.discountMinor - before.discountMinor,
    vat: after.vat
      .filter((group) => groups.has(vatKey(group)))
      .map((group) => ({
        ...group,
        baseMinor: group.baseMinor - (earlier.get(vatKey(group))?.baseMinor ?? 0),
        vatMinor: group.vatMinor - (earlier.get(vatKey(group))?.vatMinor ?? 0),
      })),
    vatMinor: after.vatMinor - before.vatMinor,
    grossMinor: after.grossMinor - before.grossMinor,
  };
}
