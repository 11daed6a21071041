import { rmSync } from 'node:fs';
import { type FileHandle, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';

import { checksumLine, FORMAT_VERSION, MAGIC } from './backup-format.ts';
import { pidExists } from './process-info.ts';

/**
 * Writes a backup under another name beside `file` and gives it its name once it is whole and on the
 * disk, so that there is never half a backup. Only its owner may read it. Throws when `file` exists,
 * unless `overwrite`.
 */
export async function writeBackupFile(
  file: string,
  content: AsyncIterable<Uint8Array>,
  { overwrite = false } = {},
): Promise<{ bytes: number }> {
  await assertWritable(file, { overwrite });
  await removeLeftovers(file);
  const unfinished = `${file}.${process.pid}${UNFINISHED}`;
  const handle = await open(unfinished, 'wx', 0o600);
  const remove = () => rmSync(unfinished, { force: true });
  process.on('exit', remove); // Also when somebody stops us.
  try {
    await writeContent(handle, content);
    await handle.sync();
    const { size } = await handle.stat();
    // Unlike rename, link refuses a name that somebody took meanwhile.
    if (overwrite) await rename(unfinished, file);
    else await link(unfinished, file);
    await syncFolder(dirname(file));
    return { bytes: size };
  } finally {
    await handle.close();
    remove();
    process.off('exit', remove);
  }
}

/** Throws in one line when `file` cannot be made, or is there and not to be overwritten. */
export async function assertWritable(file: string, { overwrite = false } = {}): Promise<void> {
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new Error(`There is no folder '${dirname(file)}': make it first`);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new Error(`'${file}' is a folder: say the name of a file in it`);
  if (there === undefined || overwrite) return;
  throw new Error(`'${file}' exists: choose another name, or say --overwrite`);
}

const UNFINISHED = '.unfinished';

async function writeContent(handle: FileHandle, content: AsyncIterable<Uint8Array>): Promise<void> {
  const hash = new Bun.CryptoHasher('sha256');
  const write = async (bytes: Uint8Array) => {
    hash.update(bytes);
    await handle.appendFile(bytes);
  };
  await write(new TextEncoder().encode(`${MAGIC} ${FORMAT_VERSION}\n`));
  await pipeline(Readable.from(content), createZstdCompress(), async (compressed) => {
    for await (const bytes of compressed) await write(bytes);
  });
  await handle.appendFile(checksumLine(hash.digest('hex')));
}

/** What backups to the same name left that were killed. */
async function removeLeftovers(file: string): Promise<void> {
  const names = await readdir(dirname(file));
  for (const name of names) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith(UNFINISHED)) continue;
    const pid = Number(name.slice(basename(file).length + 1, -UNFINISHED.length));
    if (pid > 0 && !pidExists(pid)) await rm(join(dirname(file), name), { force: true });
  }
}

/** A name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
