import { products } from 'inventory/contract';
import type { Problem } from 'platform/contract';
import { ProblemError } from 'platform/problem';
import { RemoteError } from 'platform/remote-error';

import { type Batched, done, failed, type Outcome } from './batched.ts';
import type { Clients } from './clients.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { buyerOf } from './invoices.ts';
import { unknown } from './references.ts';

/** For how long stock is put aside; the transaction that follows takes well under a second. */
const RESERVED_SECONDS = 900;

/**
 * Reserves the stock of drafts and reads their buyers as they are today, at the same time. Neither
 * ends when a caller leaves: what was begun is issued.
 */
export async function prepareAll(
  { customers, products }: Clients,
  drafts: readonly Batched<Invoice>[],
): Promise<Outcome<Buyer>[]> {
  const reservations = drafts.map(({ item: { id, lines } }) => ({
    id,
    lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
    expiresInSeconds: RESERVED_SECONDS,
  }));
  const ids = [...new Set(drafts.map(({ item: { customerId } }) => customerId))];
  const [found, reserved] = await Promise.allSettled([
    customers.list({ ids, size: ids.length }, { signal: new AbortController().signal }),
    products.reserveAll({ body: { reservations } }),
  ]);
  if (reserved.status === 'rejected') return drafts.map(() => failed(reserved.reason));
  const { outcomes } = reserved.value;
  if (found.status === 'rejected') return drafts.map(() => failed(found.reason));
  const buyers = new Map(found.value.items.map((customer) => [customer.id, buyerOf(customer)]));
  return drafts.map(({ item }, index): Outcome<Buyer> => {
    const problem = outcomes[index]?.problem;
    if (problem) return failed(asProblem(problem, item));
    const buyer = buyers.get(item.customerId);
    return buyer ? done(buyer) : failed(invalidInvoice([unknown('/customerId', 'customer')]));
  });
}

export const isInventoryAway = (error: unknown): boolean =>
  error instanceof RemoteError && error.service === products.service && error.failure !== 'status';

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
