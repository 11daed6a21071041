import * as z from 'zod';

/** The first line of a backup, before anything compressed. */
export const MAGIC = 'comptoir-backup';

/** Raised when an older program could misread what a newer one writes. */
export const FORMAT_VERSION = 1;

const TableColumns = z.object({ table: z.string(), columns: z.array(z.string()).readonly() });

/** What a backup says of itself in its first compressed line. */
export const BackupHeader = z.object({
  /** The version of the program that wrote it. */
  product: z.string(),
  createdAt: z.string(),
  databases: z.array(
    z.object({
      name: z.string(),
      /** Those that its tables stand at. */
      migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
      /** In the order in which their rows follow. */
      tables: z.array(TableColumns),
      sequences: z.array(
        z.object({ name: z.string(), lastValue: z.string(), isCalled: z.boolean() }),
      ),
    }),
  ),
});
export type BackupHeader = z.output<typeof BackupHeader>;

/** Before the rows of each table. */
export const TableHead = z.object({ database: z.string(), ...TableColumns.shape });
export type TableHead = z.output<typeof TableHead>;

/**
 * After them, with how many they were. No row can begin like it: PostgreSQL's text format doubles
 * every backslash of the data.
 */
export const rowsEnd = (rows: number): string => `\\. ${rows}\n`;

/** The last line of the file: over all bytes before it. */
export const checksumLine = (sha256: string): string => `sha256 ${sha256}\n`;
export const CHECKSUM_LINE_BYTES = checksumLine('0'.repeat(64)).length;
