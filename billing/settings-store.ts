import type { AuditEvent, AuditTrailQuery } from 'platform/audit';
import { readAudit, writeAudit } from 'platform/audit-store';
import { type Database, type Queryable, transact, type Transaction } from 'platform/database';
import type { CursorPage } from 'platform/paging';
import { invalid } from 'platform/problem';
import type { Decide } from 'platform/record-store';

import { type Settings, SettingsInput } from './settings-contract.ts';
import { assertSeries } from './settings.ts';
import { only } from './store.ts';

type Row = { readonly settings: unknown; readonly version: number; readonly updatedAt: string };

/** The history of settings goes by an id as any other: there is one company. */
const COMPANY = '00000000-0000-0000-0000-000000000000';

export type SettingsStore = ReturnType<typeof createSettingsStore>;

export function createSettingsStore(sql: Database) {
  return {
    read: (): Promise<Settings> => readSettings(sql),

    /** Throws 422 for series that cannot be, and for a time zone that the database does not know. */
    change: (decide: Decide<Settings, SettingsInput>): Promise<Settings> =>
      transact(sql, async (tx) => {
        const before = toSettings(only(await tx<Row[]>`select * from company for update`));
        const input = decide(before);
        assertSeries(input);
        await assertZoneKnown(tx, input);
        await assertSeriesUnused(tx, input);
        const rows = await tx<Row[]>`
          update company
          set settings = ${tx.json(input)}, version = version + 1, updated_at = now()
          returning *
        `;
        const after = toSettings(only(rows));
        const fields = { before: auditFields(before), after: auditFields(after) };
        await writeAudit(tx, COMPANY, 'changed', fields);
        return after;
      }),

    history: async (query: AuditTrailQuery): Promise<CursorPage<AuditEvent>> =>
      (await readAudit(sql, COMPANY, query)) ?? { items: [], next: null },
  };
}

export async function readSettings(sql: Queryable): Promise<Settings> {
  return toSettings(only(await sql<Row[]>`select * from company`));
}

/** The same, and they stay so until the transaction ends. */
export async function holdSettings(tx: Transaction): Promise<Settings> {
  return toSettings(only(await tx<Row[]>`select * from company for share`));
}

/** Tells whether settings that were read before still hold, and will until the transaction ends. */
export async function holdSettingsVersion(tx: Transaction): Promise<number> {
  return only(await tx<Pick<Row, 'version'>[]>`select version from company for share`).version;
}

async function assertZoneKnown(tx: Queryable, { timeZone }: SettingsInput): Promise<void> {
  const known = await tx`select from pg_timezone_names where name = ${timeZone}`;
  if (known.length > 0) return;
  invalid([{ pointer: '/timeZone', code: 'unknown_zone', detail: 'There is no such zone' }]);
}

/** A series that has numbered invoices cannot number credit notes, nor the other way round. */
async function assertSeriesUnused(
  tx: Queryable,
  { invoiceSeries, creditNoteSeries }: SettingsInput,
): Promise<void> {
  const [used] = await tx<{ byInvoices: boolean; byCreditNotes: boolean }[]>`
    select exists (select from invoice where series = ${creditNoteSeries}) as by_invoices,
      exists (select from credit_note where series = ${invoiceSeries}) as by_credit_notes
  `;
  const detail = 'This series has other documents';
  const code = 'used_series';
  const errors = [
    ...(used?.byCreditNotes ? [{ pointer: '/invoiceSeries', code, detail }] : []),
    ...(used?.byInvoices ? [{ pointer: '/creditNoteSeries', code, detail }] : []),
  ];
  if (errors.length > 0) invalid(errors);
}

function toSettings({ settings, version, updatedAt }: Row): Settings {
  return { ...SettingsInput.parse(settings), version, updatedAt };
}

/** Those of the seller beside the others: none has the name of another. */
function auditFields(settings: Settings) {
  const { seller, version: _version, updatedAt: _updatedAt, ...fields } = settings;
  return { ...seller, ...fields };
}
