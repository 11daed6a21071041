import { products } from 'inventory/contract';
import type { Problem } from 'platform/contract';
import { ProblemError } from 'platform/problem';
import { RemoteError } from 'platform/remote-error';

import { done, failed, type Outcome, outcomeOf } from './batched.ts';
import type { Clients } from './clients.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { buyerOf } from './invoices.ts';
import { unknown } from './references.ts';
import type { Settings } from './settings-contract.ts';
import { assertBuyerVat } from './vat-rules.ts';

/** For how long stock is put aside; the transaction that follows takes well under a second. */
const RESERVED_SECONDS = 900;

/** So many lines go into one call at most: a body has a limit. */
const LINES_TOGETHER = 4000;

/**
 * Reserves the stock of drafts and reads their buyers as they are today, at the same time: the
 * buyers by the drafts' ids, where their VAT allows it. Neither ends when a caller leaves: what was
 * begun is issued.
 */
export async function prepareAll(
  { customers, products }: Clients,
  drafts: readonly Invoice[],
  settings: Settings,
): Promise<ReadonlyMap<string, Outcome<Buyer>>> {
  const parts = partsOf(drafts);
  const prepared = await Promise.all(
    parts.map(async (part) => {
      const [buyers, refusals] = await Promise.all([
        settledOutcome(() => readBuyers(customers, part)),
        settledOutcome(() => reserve(products, part)),
      ]);
      return part.map((draft): [string, Outcome<Buyer>] => {
        if (!refusals.isDone) return [draft.id, refusals];
        const refusal = refusals.value.get(draft.id);
        if (refusal) return [draft.id, failed(refusal)];
        return [draft.id, buyers.isDone ? buyerAmong(buyers.value, draft, settings) : buyers];
      });
    }),
  );
  return new Map(prepared.flat());
}

export const isInventoryAway = (error: unknown): boolean =>
  error instanceof RemoteError && error.service === products.service && error.failure !== 'status';

function partsOf(drafts: readonly Invoice[]): Invoice[][] {
  const parts: Invoice[][] = [];
  let lines = LINES_TOGETHER;
  for (const draft of drafts) {
    if (lines + draft.lines.length > LINES_TOGETHER) {
      parts.push([]);
      lines = 0;
    }
    parts.at(-1)?.push(draft);
    lines += draft.lines.length;
  }
  return parts;
}

async function settledOutcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return done(await work());
  } catch (error) {
    return failed(error);
  }
}

async function readBuyers(customers: Clients['customers'], drafts: readonly Invoice[]) {
  const ids = [...new Set(drafts.map(({ customerId }) => customerId))];
  const { signal } = new AbortController();
  const { items } = await customers.list({ ids, size: ids.length }, { signal });
  return new Map(items.map((customer) => [customer.id, buyerOf(customer)]));
}

function buyerAmong(
  buyers: ReadonlyMap<string, Buyer>,
  draft: Invoice,
  settings: Settings,
): Outcome<Buyer> {
  const buyer = buyers.get(draft.customerId);
  if (buyer === undefined) return failed(invalidInvoice([unknown('/customerId', 'customer')]));
  return outcomeOf(() => {
    assertBuyerVat(draft, buyer, settings);
    return buyer;
  });
}

/** Puts stock aside; why it cannot be, by the ids of those for which it cannot. */
async function reserve(
  products: Clients['products'],
  drafts: readonly Invoice[],
): Promise<ReadonlyMap<string, ProblemError>> {
  const { outcomes } = await products.reserveAll({
    body: {
      reservations: drafts.map(({ id, lines }) => ({
        id,
        lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
        expiresInSeconds: RESERVED_SECONDS,
      })),
    },
  });
  return new Map(
    drafts.flatMap((draft, index) => {
      const problem = outcomes[index]?.problem;
      return problem ? [[draft.id, asProblem(problem, draft)] as const] : [];
    }),
  );
}

/** What the inventory says about the lines, passed on: its lines are those of the invoice. */
function asProblem({ type, title, status, detail, errors = [] }: Problem, invoice: Invoice) {
  if (type === '/problems/stock-short') {
    return new ProblemError(409, 'stock-short', title, { detail: detail ?? title, errors });
  }
  if (status !== 422) {
    return new ProblemError(409, 'not-reserved', 'The stock cannot be put aside', {
      detail: detail ?? title,
    });
  }
  const named = errors.filter(({ pointer }) => pointer.startsWith('/lines/'));
  return invalidInvoice(
    named.length > 0
      ? named
      : invoice.lines.map((_, index) => unknown(`/lines/${index}/productId`, 'product')),
  );
}

function invalidInvoice(errors: NonNullable<Problem['errors']>): ProblemError {
  return new ProblemError(422, 'invalid-request', 'The request is not valid', {
    detail: errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
    errors,
  });
}
