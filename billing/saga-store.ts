import { type Database, transact, type Transaction } from 'platform/database';
import { findReplies } from 'platform/idempotency-store';
import { notFound } from 'platform/problem';
import { linkTo } from 'platform/request-context';
import type { Idempotency } from 'platform/request-reader';

import { type Batched, done, type Outcome, outcomeOf } from './batched.ts';
import { type Finalization, inTheWay, settle, takeDrafts } from './finalization-store.ts';
import type { Invoice } from './invoice-contract.ts';
import { type Issued, issueInvoices, SettingsChangedError, type ToIssue } from './issue-store.ts';
import { enqueue } from './outbox-store.ts';
import type { Settings } from './settings-contract.ts';
import { readSettings } from './settings-store.ts';
import { lockAll } from './store.ts';
import { assertVat } from './vat-rules.ts';

/** A draft that somebody wants to issue. */
export type Wanted = {
  readonly id: string;
  readonly idempotency: Idempotency | undefined;
  /** Sees the draft, locked, and throws to leave it as it is. */
  readonly decide: (current: Invoice) => void;
};

/** A draft that is ours to issue, or what an earlier request with the same key has got. */
export type Begun =
  | { readonly kind: 'begun'; readonly invoice: Invoice; readonly token: string }
  | { readonly kind: 'replayed'; readonly reply: Invoice };

type SagaOptions = {
  /** Names this process, alike at its next start. */
  readonly owner: string;
  /** For how long a draft is taken for one that is being issued; longer than its calls may take. */
  readonly leaseMs?: number;
};

/** Where the steps of issuing invoices are kept. */
export type SagaStore = ReturnType<typeof createSagaStore>;

export function createSagaStore(sql: Database, { owner, leaseMs = 15_000 }: SagaOptions) {
  return {
    /** Notes that drafts are being issued, and reads by which settings. */
    begin: (
      wanted: readonly Batched<Wanted>[],
    ): Promise<{ readonly begun: Outcome<Begun>[]; readonly settings: Settings }> =>
      transact(sql, async (tx) => {
        doNotWaitLong(tx, wanted.length);
        return beginAll(tx, wanted, { owner, leaseMs });
      }),

    /** Issues the drafts: numbers, buyers, dates, state and outbox rows, or nothing of it. */
    issue: async (
      wanted: readonly Batched<ToIssue>[],
      settings: Settings,
    ): Promise<Outcome<Issued>[]> => (await issueByLatest(sql, wanted, settings)).map(done),

    /** Gives drafts back to those who edit them, and what was reserved for them to the inventory. */
    abandon: (
      given: readonly Batched<{ readonly id: string; readonly token: string }>[],
    ): Promise<Outcome<void>[]> =>
      transact(sql, async (tx) => {
        const held = given.map(({ item: { id, token } }) => ({ invoiceId: id, token }));
        const ours = await settle(tx, held);
        await enqueue(
          tx,
          held
            .filter(({ invoiceId }) => ours.has(invoiceId))
            .map(({ invoiceId }) => ({ invoiceId, action: 'release' })),
        );
        return given.map(() => done(undefined));
      }),

    /** Gives back the drafts whose process has died; at a start also those of its last run. */
    async recover({ atStart = false } = {}): Promise<string[]> {
      const rows = await sql<{ invoiceId: string }[]>`
        with stuck as (
          delete from finalization
          where expires_at <= now() or (${atStart} and owner = ${owner})
          returning invoice_id, traceparent
        )
        insert into outbox (invoice_id, action, traceparent)
        select invoice_id, 'release', traceparent from stuck
        returning invoice_id
      `;
      return rows.map(({ invoiceId }) => invoiceId);
    },
  };
}

async function issueByLatest(
  sql: Database,
  wanted: readonly Batched<ToIssue>[],
  settings: Settings,
): Promise<Issued[]> {
  try {
    return await transact(sql, (tx) => issueInvoices(tx, wanted, settings));
  } catch (error) {
    if (!(error instanceof SettingsChangedError)) throw error;
    return issueByLatest(sql, wanted, await readSettings(sql));
  }
}

/** Of several, one that somebody else has locked must not keep the others: it is then done alone. */
function doNotWaitLong(tx: Transaction, count: number): void {
  if (count > 1) void tx`set local lock_timeout = '250ms'`.catch(() => undefined);
}

async function beginAll(
  tx: Transaction,
  wanted: readonly Batched<Wanted>[],
  { owner, leaseMs }: Required<SagaOptions>,
) {
  const asked = wanted.map(({ item }) => item);
  const keys = asked.flatMap(({ idempotency }) => idempotency ?? []);
  const ids = [...new Set(asked.map(({ id }) => id))];
  const [invoices, earlier, settings] = await Promise.all([
    lockAll(tx, ids),
    findReplies<Invoice>(tx, keys),
    readSettings(tx),
  ]);
  const first = new Map<string, Finalization>();
  const decided = wanted.map(({ item: one, context }) =>
    outcomeOf((): Begun | Finalization => {
      const reply = one.idempotency && earlier(one.idempotency);
      if (reply) return { kind: 'replayed', reply: reply.reply };
      const invoice = invoices.get(one.id) ?? notFound('invoice', one.id);
      one.decide(invoice);
      assertVat(invoice, settings);
      const mine = finalizationOf(invoice.id, { item: one, context }, owner);
      const other = first.get(invoice.id);
      if (other) throw inTheWay(mine, other.idempotencyKey);
      first.set(invoice.id, mine);
      return mine;
    }),
  );
  const taken = [...first.values()];
  const [problemOf] = await Promise.all([
    takeDrafts(tx, taken, leaseMs),
    forgetReleases(tx, taken),
  ]);
  const begun = decided.map((outcome): Outcome<Begun> => {
    if (!outcome.isDone) return outcome;
    const mine = outcome.value;
    if ('kind' in mine) return done(mine);
    return outcomeOf((): Begun => {
      const problem = problemOf(mine);
      if (problem) throw problem;
      const invoice = invoices.get(mine.invoiceId) ?? notFound('invoice', mine.invoiceId);
      return { kind: 'begun', invoice, token: mine.token };
    });
  });
  return { begun, settings };
}

function finalizationOf(
  invoiceId: string,
  { item, context }: Batched<Wanted>,
  owner: string,
): Finalization {
  return {
    invoiceId,
    token: Bun.randomUUIDv7(),
    owner,
    idempotencyKey: item.idempotency?.key ?? null,
    traceparent: linkTo(context),
  };
}

/**
 * What an earlier attempt has yet to give back must not be given back under this one. Where another
 * one has the draft there is nothing: it has forgotten that before.
 */
async function forgetReleases(tx: Transaction, begun: readonly Finalization[]): Promise<void> {
  if (begun.length === 0) return;
  await tx`
    delete from outbox
    where invoice_id = any(${begun.map(({ invoiceId }) => invoiceId)}::uuid[])
      and action = 'release'
  `;
}
