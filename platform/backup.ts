import type { BackupHeader } from './backup-format.ts';
import { rowsEnd } from './backup-format.ts';
import { openSnapshots, type Snapshot } from './backup-store.ts';
import { assertWritable, writeBackupFile } from './backup-writer.ts';
import { copyOut } from './copy-store.ts';
import { amount, type Progress } from './progress.ts';

export type BackupOptions = {
  /** The server's address, its path being any database. */
  readonly server: string;
  readonly databases: readonly string[];
  readonly file: string;
  readonly overwrite?: boolean;
  /** The version of the program, which the file names. */
  readonly product: string;
  readonly progress: Progress;
};

/**
 * Writes all databases as of one moment into one file, while others go on reading and writing. Takes
 * the same little memory however much there is.
 */
export async function backup(options: BackupOptions): Promise<{ rows: number; bytes: number }> {
  const { server, databases, file, overwrite = false, product, progress } = options;
  await assertWritable(file, { overwrite });
  const snapshots = await openSnapshots(server, databases);
  try {
    const header: BackupHeader = {
      product,
      createdAt: new Date().toISOString(),
      databases: snapshots.all.map(({ content }) => content),
    };
    const tally = { rows: 0 };
    const content = inBlocks(contentOf(header, snapshots.all, progress, tally));
    const { bytes } = await writeBackupFile(file, content, { overwrite });
    return { rows: tally.rows, bytes };
  } finally {
    await snapshots.close();
  }
}

const encoder = new TextEncoder();
const BLOCK_BYTES = 1 << 16;

async function* contentOf(
  header: BackupHeader,
  snapshots: readonly Snapshot[],
  { update, say }: Progress,
  tally: { rows: number },
): AsyncGenerator<Uint8Array> {
  yield encoder.encode(`${JSON.stringify(header)}\n`);
  for (const { sql, content } of snapshots) {
    for (const table of content.tables) {
      const name = `${content.name}.${table.table}`;
      yield encoder.encode(`${JSON.stringify({ database: content.name, ...table })}\n`);
      let rows = 0;
      let bytes = 0;
      for await (const block of inBlocks(await copyOut(sql, table))) {
        rows += lineFeedsIn(block);
        bytes += block.length;
        update(`${name}: ${amount(rows, bytes)}`);
        yield block;
      }
      yield encoder.encode(rowsEnd(rows));
      say(`${name}: ${amount(rows, bytes)}`);
      tally.rows += rows;
    }
  }
}

/** Rows come one by one; handling them together costs a fraction. */
async function* inBlocks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < BLOCK_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

/** Which is the number of rows: within a row they are written as `\n`. */
function lineFeedsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
