import type { Database } from 'platform/database';
import { findReply } from 'platform/idempotency-store';
import { assertMatch, invalid } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { Clients } from './clients.ts';
import { assertDeliveredOn, type DueTerms } from './days.ts';
import type { DraftStore } from './draft-store.ts';
import type { Invoice, InvoiceInput, InvoicePatch } from './invoice-contract.ts';
import { assertDraft, type Draft, type DraftLine, priced } from './invoices.ts';
import { resolveReferences } from './references.ts';
import { readSettings } from './settings-store.ts';
import type { InvoiceStore } from './store.ts';
import { readToday } from './today-store.ts';
import { untaxedBy } from './vat-mentions.ts';

/** What can be done with an invoice before it is issued. */
export type Drafts = ReturnType<typeof createDrafts>;

type DraftsDeps = {
  readonly sql: Database;
  readonly store: InvoiceStore;
  readonly draftStore: DraftStore;
  readonly clients: Clients;
};

export function createDrafts({ sql, store, draftStore, clients }: DraftsDeps) {
  /** Checks before others are asked, and again when the draft is locked. */
  const change = async (
    id: string,
    ifMatch: string | undefined,
    draftOf: (current: Invoice) => Promise<Draft>,
  ): Promise<Invoice> => {
    const assertChangeable = (current: Invoice) => {
      assertMatch(ifMatch, current);
      assertDraft(current);
    };
    const current = await store.find(id);
    assertChangeable(current);
    return draftStore.replace(id, priced(await draftOf(current)), (locked) => {
      assertChangeable(locked);
      // With 'If-Match: *' somebody else's change may have come in between.
      if (locked.version !== current.version) assertMatch(`"${current.version}"`, locked);
    });
  };

  return {
    async create(input: InvoiceInput, idempotency?: Idempotency): Promise<Invoice> {
      const earlier = idempotency && (await findReply<Invoice>(sql, idempotency));
      if (earlier) return earlier.reply;
      return draftStore.create(priced(await completed({ sql, clients }, input)), idempotency);
    },

    replace: (id: string, ifMatch: string | undefined, input: InvoiceInput): Promise<Invoice> =>
      change(id, ifMatch, () => completed({ sql, clients }, input)),

    patch: (id: string, ifMatch: string | undefined, patch: InvoicePatch): Promise<Invoice> =>
      change(id, ifMatch, (current) => patched({ sql, clients }, current, patch)),

    remove: (id: string, ifMatch: string | undefined): Promise<void> =>
      draftStore.remove(id, (current) => {
        assertMatch(ifMatch, current);
        assertDraft(current);
      }),
  };
}

async function completed(
  { sql, clients }: Pick<DraftsDeps, 'sql' | 'clients'>,
  input: InvoiceInput,
): Promise<Draft> {
  await assertDays(sql, input);
  const { customerId, notes, deliveredOn = null, deliveryAddress = '' } = input;
  const { discountBp = 0, pricesIncludeVat = false } = input;
  const settings = await readSettings(sql);
  const {
    buyer,
    currency,
    terms,
    lines,
    operation = null,
  } = await resolveReferences(clients, {
    ...input,
    untaxed: untaxedBy(settings),
  });
  if (!buyer || currency === undefined || !lines) throw new Error('Cannot go on: nothing resolved');
  const delivery = { operation, deliveredOn, deliveryAddress };
  const prices = { currency, discountBp, pricesIncludeVat };
  const due = dueTerms(input, terms ?? settings);
  return { customerId, buyer, notes, ...due, ...prices, ...delivery, lines };
}

/** Only what the patch names is looked up again; the rest works while other services are away. */
async function patched(
  { sql, clients }: Pick<DraftsDeps, 'sql' | 'clients'>,
  current: Invoice,
  patch: InvoicePatch,
): Promise<Draft> {
  assertSamePrices(current, patch);
  await assertDays(sql, patch);
  const { customerId, lines } = patch;
  const currency = patch.currency ?? current.currency;
  const pricesIncludeVat = patch.pricesIncludeVat ?? current.pricesIncludeVat;
  const untaxed = untaxedBy(await readSettings(sql));
  const asked = { customerId, lines, currency, pricesIncludeVat, untaxed };
  const resolved = await resolveReferences(clients, asked);
  return {
    customerId: customerId ?? current.customerId,
    buyer: resolved.buyer ?? current.buyer,
    currency,
    pricesIncludeVat,
    discountBp: patch.discountBp ?? current.discountBp,
    ...patchedTerms(current, patch),
    notes: patch.notes ?? current.notes,
    operation: resolved.operation === undefined ? current.operation : resolved.operation,
    ...patchedDelivery(current, patch),
    lines: resolved.lines ?? current.lines.map(withoutAmount),
  };
}

/** Days that are said go to the end of the month only where that is said, too. */
function dueTerms({ dueDays, dueEndOfMonth }: InvoicePatch, otherwise: DueTerms): DueTerms {
  if (dueDays !== undefined) return { dueDays, dueEndOfMonth: dueEndOfMonth ?? false };
  return {
    dueDays: otherwise.dueDays,
    dueEndOfMonth: dueEndOfMonth ?? otherwise.dueEndOfMonth,
  };
}

function patchedTerms(current: Invoice, { dueDays, dueEndOfMonth }: InvoicePatch): DueTerms {
  return {
    dueDays: dueDays ?? current.dueDays,
    dueEndOfMonth: dueEndOfMonth ?? current.dueEndOfMonth,
  };
}

function patchedDelivery(current: Invoice, { deliveredOn, deliveryAddress }: InvoicePatch) {
  return {
    deliveredOn: deliveredOn === undefined ? current.deliveredOn : deliveredOn,
    deliveryAddress: deliveryAddress ?? current.deliveryAddress,
  };
}

async function assertDays(sql: Database, { deliveredOn }: InvoicePatch): Promise<void> {
  if (deliveredOn != null) assertDeliveredOn(deliveredOn, await readToday(sql));
}

/** Throws 422 when the prices of lines that stay would mean something else. */
function assertSamePrices(current: Invoice, patch: InvoicePatch): void {
  if (patch.lines !== undefined || current.lines.length === 0) return;
  const detail = 'The lines have their prices otherwise: send them along';
  const errors = (['currency', 'pricesIncludeVat'] as const)
    .filter((name) => patch[name] !== undefined && patch[name] !== current[name])
    .map((name) => ({ pointer: `/${name}`, code: 'other_prices', detail }));
  if (errors.length > 0) invalid(errors);
}

function withoutAmount(line: Invoice['lines'][number]): DraftLine {
  const { netMinor: _, ...rest } = line;
  return rest;
}
