import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';

import {
  BackupHeader,
  CHECKSUM_LINE_BYTES,
  checksumLine,
  FORMAT_VERSION,
  MAGIC,
  TableHead,
} from './backup-format.ts';

/** A backup that was found whole. */
export type Backup = {
  readonly header: BackupHeader;
  /** Each table in turn; its rows are read to their end before the next. */
  readonly tables: () => AsyncGenerator<BackupTable>;
  readonly close: () => void;
};

export type BackupTable = TableHead & {
  readonly rows: AsyncIterable<Uint8Array>;
  /** How many rows there were, known once they are read. */
  readonly count: () => number;
};

/**
 * Reads the whole file once, to see that it is what was written; throws in one line for a file that
 * is no backup, was cut short or changed, or that a newer version wrote.
 */
export async function openBackup(file: string): Promise<Backup> {
  const { contentStart, contentEnd } = await checkFile(file);
  const source = createReadStream(file, { start: contentStart, end: contentEnd - 1 });
  const content = pipeline(source, createZstdDecompress(), () => {}); // Its reader hears of errors.
  const lines = createLines(content);
  const header = BackupHeader.parse(JSON.parse((await lines.next()) ?? ''));
  return { header, tables: () => tablesIn(lines), close: () => void source.destroy() };
}

async function checkFile(file: string) {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new Error(`Cannot read '${file}': ${error instanceof Error ? error.message : ''}`);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error(`'${file}' is not a backup`);
    const { size } = stat;
    const firstLine = /^(\S+) (\d+)\n/.exec(
      (await handle.read(Buffer.alloc(64), 0, 64, 0)).buffer.toString('latin1'),
    );
    if (firstLine?.[1] !== MAGIC) throw new Error(`'${file}' is not a backup`);
    if (Number(firstLine[2]) > FORMAT_VERSION) {
      throw new Error(`'${file}' was written by a newer version: update this one first`);
    }
    const contentEnd = size - CHECKSUM_LINE_BYTES;
    const { buffer } = await handle.read(
      Buffer.alloc(CHECKSUM_LINE_BYTES),
      0,
      CHECKSUM_LINE_BYTES,
      Math.max(contentEnd, 0),
    );
    const isWhole = buffer.toString('latin1') === checksumLine(await hashOf(file, contentEnd));
    if (!isWhole) throw new Error(`'${file}' is damaged: it was cut short or changed`);
    return { contentStart: firstLine[0].length, contentEnd };
  } finally {
    await handle.close();
  }
}

async function hashOf(file: string, end: number): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  if (end > 0) {
    for await (const bytes of createReadStream(file, { end: end - 1, highWaterMark: 1 << 20 })) {
      hash.update(bytes);
    }
  }
  return hash.digest('hex');
}

async function* tablesIn(lines: Lines): AsyncGenerator<BackupTable> {
  for (let head = await lines.next(); head !== undefined; head = await lines.next()) {
    let count = 0;
    const rows = async function* () {
      count = yield* lines.untilEnd();
    };
    yield { ...TableHead.parse(JSON.parse(head)), rows: rows(), count: () => count };
  }
}

type Lines = ReturnType<typeof createLines>;

const LINE_FEED = 10;
/** How `rowsEnd` begins: at the start of a line, which is what tells it. */
const END = Buffer.from('\\. ');
const END_LATER = Buffer.from('\n\\. ');

/** The content by lines, and rows in pieces of whole lines. */
function createLines(content: Readable) {
  const chunks = content[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next();
    if (done) return false;
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return true;
  };
  const take = (bytes: number): Buffer => {
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  };
  const next = async (): Promise<string | undefined> => {
    while (!rest.includes(LINE_FEED)) {
      if (!(await more())) return undefined;
    }
    const line = take(rest.indexOf(LINE_FEED) + 1);
    return line.toString('utf8', 0, line.length - 1);
  };
  return {
    next,
    /** The rows up to `rowsEnd`; returns the number that it says. */
    async *untilEnd(): AsyncGenerator<Buffer, number> {
      for (;;) {
        const isEnd = rest.subarray(0, END.length).equals(END);
        if (isEnd) return Number((await next())?.slice(END.length));
        const later = rest.indexOf(END_LATER);
        const whole = (later < 0 ? rest.lastIndexOf(LINE_FEED) : later) + 1;
        if (whole > 0) yield take(whole);
        else if (!(await more())) throw new Error('The backup ends within a table');
      }
    },
  };
}
