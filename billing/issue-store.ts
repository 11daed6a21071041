import { auditRow, insertAudit } from 'platform/audit-store';
import type { Transaction } from 'platform/database';
import { storeReplies } from 'platform/idempotency-store';
import { ProblemError } from 'platform/problem';
import { linkTo, withContext } from 'platform/request-context';
import type { Idempotency } from 'platform/request-reader';

import type { Batched } from './batched.ts';
import { sealOf } from './chain.ts';
import { dueDateOf } from './days.ts';
import { sealedInvoice } from './documents.ts';
import { settle } from './finalization-store.ts';
import { told } from './history.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { noteSeal, type TakenNumber, takeNumbers } from './number-store.ts';
import { enqueue, type OutboxRow } from './outbox-store.ts';
import type { Settings } from './settings-contract.ts';
import { holdSettingsVersion } from './settings-store.ts';
import { mentionsOf } from './settings.ts';
import { assertVat } from './vat-rules.ts';

/** A draft whose stock is reserved. */
export type ToIssue = {
  readonly draft: Invoice;
  readonly token: string;
  /** As he is today. */
  readonly buyer: Buyer;
  readonly idempotency: Idempotency | undefined;
};

/** An invoice that was issued, and of which the inventory has yet to be told. */
export type Issued = { readonly invoice: Invoice; readonly commit: OutboxRow | undefined };

/**
 * Issues drafts that are being issued: for each the next number, the dates, who sells and who buys,
 * what the law wants printed, and the seal over all of it and over the invoice before; what the
 * inventory has to be told, what is noted in the history, and what a repeat gets. Throws 409 when
 * one of them was lost to somebody else, 422 when its VAT is not as the settings want it,
 * `SettingsChangedError` when the settings are others by now:
 * then none is issued, and all numbers are given back.
 */
export async function issueInvoices(
  tx: Transaction,
  wanted: readonly Batched<ToIssue>[],
  settings: Settings,
): Promise<Issued[]> {
  const { invoiceSeries: series, timeZone } = settings;
  const held = wanted.map(({ item: { draft, token } }) => ({ invoiceId: draft.id, token }));
  const [ours, numbers, version] = await Promise.all([
    settle(tx, held),
    takeNumbers(tx, { series, timeZone, count: wanted.length }),
    holdSettingsVersion(tx),
  ]);
  if (version !== settings.version) throw new SettingsChangedError();
  const lost = held.find(({ invoiceId }) => !ours.has(invoiceId));
  if (lost) throw lostTheDraft(lost.invoiceId);
  const drafts = wanted.map(({ item: { draft, buyer } }) => ({ ...draft, buyer }));
  for (const draft of drafts) assertVat(draft, settings);
  return writeIssued(tx, wanted, sealed(drafts, numbers, settings));
}

/** What the company is called, or how it numbers, was changed while the stock was put aside. */
export class SettingsChangedError extends Error {
  override readonly name = 'SettingsChangedError';
}

/** An invoice as it is issued, and what only the database knows of it. */
type Sealed = { readonly invoice: Invoice; readonly number: TakenNumber; readonly hash: string };

function sealed(
  drafts: readonly Invoice[],
  numbers: readonly TakenNumber[],
  settings: Settings,
): Sealed[] {
  const { seller, language } = settings;
  let previousHash = numbers[0]?.previousHash ?? '';
  return drafts.flatMap((draft, index) => {
    const taken = numbers[index];
    if (taken === undefined) throw new Error('Cannot go on: a number is missing');
    const number = { ...taken, previousHash };
    const invoice: Invoice = {
      ...draft,
      status: draft.totals.grossMinor === 0 ? 'paid' : 'open',
      number: number.number,
      issueDate: number.issueDate,
      dueDate: dueDateOf(number.issueDate, draft),
      seller,
      mentions: mentionsOf(settings, draft),
      language,
      version: draft.version + 1,
      updatedAt: number.takenAt,
    };
    const hash = sealOf(previousHash, sealedInvoice(invoice));
    previousHash = hash;
    return [{ invoice, number, hash }];
  });
}

/** Sent together: others wait for the series until this transaction ends. */
async function writeIssued(
  tx: Transaction,
  wanted: readonly Batched<ToIssue>[],
  documents: readonly Sealed[],
): Promise<Issued[]> {
  const last = documents.at(-1);
  const issued = documents.map(({ invoice }) => invoice);
  const [commits] = await Promise.all([
    enqueue(
      tx,
      wanted.map(({ item, context }) => ({
        invoiceId: item.draft.id,
        action: 'commit',
        who: context?.who ?? null,
        traceparent: linkTo(context),
      })),
    ),
    updateInvoices(tx, documents),
    last && noteSeal(tx, last.number, last.hash),
    insertAudit(
      tx,
      wanted.map(({ item: { draft }, context }, index) => {
        const note = () => auditRow(draft.id, 'issued', told(draft, issued[index]));
        return context ? withContext(context, note) : note();
      }),
    ),
    storeReplies(
      tx,
      wanted.flatMap(({ item: { idempotency } }, index) =>
        idempotency ? [{ idempotency, reply: issued[index] }] : [],
      ),
    ),
  ]);
  const commitOf = new Map(commits.map((commit) => [commit.invoiceId, commit]));
  return issued.map((invoice) => ({ invoice, commit: commitOf.get(invoice.id) }));
}

async function updateInvoices(tx: Transaction, documents: readonly Sealed[]): Promise<void> {
  const rows = documents.map(({ invoice, number, hash }) => ({
    id: invoice.id,
    status: invoice.status,
    series: number.series,
    year: number.year,
    seq: number.seq,
    number: number.number,
    issue_date: invoice.issueDate,
    due_date: invoice.dueDate,
    previous_hash: number.previousHash,
    hash,
    language: invoice.language,
    seller: invoice.seller,
    buyer: invoice.buyer,
    mentions: invoice.mentions,
  }));
  await tx`
    update invoice
    set status = issued.status,
        series = issued.series,
        year = issued.year,
        seq = issued.seq,
        number = issued.number,
        issue_date = issued.issue_date,
        due_date = issued.due_date,
        previous_hash = issued.previous_hash,
        hash = issued.hash,
        language = issued.language,
        seller = issued.seller,
        buyer = issued.buyer,
        mentions = issued.mentions,
        version = version + 1,
        updated_at = now()
    from jsonb_to_recordset(${tx.json(rows)}) as issued (
      id uuid, status text, series text, year int, seq int, number text, issue_date date,
      due_date date, previous_hash text, hash text, language text, seller jsonb, buyer jsonb,
      mentions jsonb
    )
    -- By the ids, which the planner can count: of a function's rows it takes a hundred for granted.
    where invoice.id = issued.id and invoice.id = any(${rows.map(({ id }) => id)}::uuid[])
  `;
}

function lostTheDraft(id: string): ProblemError {
  return new ProblemError(409, 'being-issued', 'Issuing the invoice took too long', {
    detail: `Invoice '${id}' is a draft as before; nothing was taken`,
  });
}
