import type { Product } from 'inventory/contract';
import type { Database } from 'platform/database';
import type { Log } from 'platform/log';
import { ProblemError } from 'platform/problem';
import { RemoteError } from 'platform/remote-error';
import { repeat } from 'platform/repeat';

import type { Clients } from './clients.ts';
import { invoices } from './contract.ts';
import { demoWantedForMs, endDemo, requestDemo } from './demo-store.ts';
import type { Drafts } from './drafts.ts';
import type { Finalize } from './finalize.ts';
import type { InvoiceInput } from './invoice-contract.ts';

type DemoDeps = {
  readonly sql: Database;
  readonly clients: Clients;
  readonly drafts: Drafts;
  readonly finalize: Finalize;
  readonly log: Log;
  readonly everyMs?: number;
};

/** So long the other services may be up without their own demo data. */
const PATIENCE_MS = 120_000;

/**
 * Raises the invoice of the original's demo on an empty database, like any other invoice, as soon as
 * the other services are there. The keys make it one however many processes try.
 */
export async function startDemo({ everyMs = 500, ...deps }: DemoDeps) {
  const { sql, log } = deps;
  await requestDemo(sql);
  const task = repeat({
    service: invoices.service,
    what: 'raise the invoice of the demo',
    everyMs,
    log,
    async work() {
      const ageMs = await demoWantedForMs(sql);
      const outcome = ageMs === undefined ? 'over' : await raise(deps);
      if (outcome === 'away' || (outcome === 'empty' && (ageMs ?? 0) < PATIENCE_MS)) return;
      await endDemo(sql);
      void task.stop();
    },
  });
  return task;
}

/** `away` while a service does not answer, `empty` while there is nobody to sell to or nothing to sell. */
async function raise({ clients, drafts, finalize, log }: DemoDeps) {
  try {
    const input = await demoInvoice(clients);
    if (input === undefined) return 'empty';
    const draft = await drafts.create(input, { key: 'demo:create', fingerprint: 'demo' });
    const issued = await finalize(draft.id, '*', { key: 'demo:issue', fingerprint: 'demo' });
    log.info('Raised the invoice of the demo, {number}', { number: issued.number });
    return 'over';
  } catch (error) {
    if (isPassing(error)) return 'away';
    log.warning('There will be no invoice of the demo', { error });
    return 'over';
  }
}

async function demoInvoice({ customers, products }: Clients): Promise<InvoiceInput | undefined> {
  const [buyers, goods] = await Promise.all([
    customers.list({ q: 'Hassan', size: 1 }),
    products.list({ sort: [{ field: 'createdAt', descending: false }], size: 3 }),
  ]);
  const [buyer] = buyers.items;
  const [first] = goods.items;
  if (buyer === undefined || first === undefined) return undefined;
  return {
    customerId: buyer.id,
    currency: first.currency,
    dueDays: 30,
    notes: '',
    lines: goods.items.filter(({ currency }) => currency === first.currency).map(demoLine),
  };
}

/** The first line with a discount, as the original's lines had one. */
function demoLine({ id }: Product, index: number): InvoiceInput['lines'][number] {
  return { productId: id, quantity: index === 0 ? '2' : '1', discountBp: index === 0 ? 500 : 0 };
}

/** A service that is away comes back; another process that raises the invoice gets done. */
function isPassing(error: unknown): boolean {
  if (error instanceof RemoteError) return true;
  const passing = ['request-in-flight', 'being-issued'];
  return error instanceof ProblemError && passing.includes(error.type);
}
