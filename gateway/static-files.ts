import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { policyFor } from './content-policy.ts';

export type StaticFiles = {
  /** Whether a file of the web app stands at this path; `/` is its start page. */
  readonly has: (path: string) => boolean;
  /** The file at this path, or undefined; answers GET and HEAD, and 304 where it fits. */
  readonly serve: (path: string, headers: Headers) => Promise<Response | undefined>;
  /** The start page, whatever the path: the web app finds its page by itself. */
  readonly serveIndex: (headers: Headers) => Promise<Response | undefined>;
};

/**
 * The built web app. Only files found in the folder are ever served, so no path can lead out of
 * it. A new build is noticed by its start page.
 */
export function createStaticFiles(directory: string): StaticFiles {
  let files = new Map<string, StaticFile>();
  let builtMs = Number.NaN;
  let checkedMs = Number.NEGATIVE_INFINITY;

  const refresh = () => {
    if (performance.now() - checkedMs < CHECK_EVERY_MS) return;
    checkedMs = performance.now();
    const modifiedMs = statSync(join(directory, INDEX), { throwIfNoEntry: false })?.mtimeMs;
    if (modifiedMs === builtMs) return;
    files = modifiedMs === undefined ? new Map() : scan(directory);
    builtMs = modifiedMs === undefined || isFresh(modifiedMs) ? Number.NaN : modifiedMs;
  };
  const serve = async (path: string, headers: Headers) => {
    refresh();
    const file = files.get(decoded(path));
    return file && (await respond(file, headers));
  };
  refresh();
  return {
    has: (path) => path === '/' || files.has(decoded(path)),
    serve: (path, headers) => serve(path === '/' ? `/${INDEX}` : path, headers),
    serveIndex: (headers) => serve(`/${INDEX}`, headers),
  };
}

/** Whether the rest of the build may still be being written. */
const isFresh = (modifiedMs: number) => Date.now() - modifiedMs < 5000;

const INDEX = 'index.html';
const CHECK_EVERY_MS = 250;
/** Angular's builder puts a hash of the content into the name: such a file never changes. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9.]+$/;
const COMPRESSIBLE = /^(?:text\/|application\/(?:javascript|json|manifest|xml)|image\/svg)/;
const WORTH_COMPRESSING_BYTES = 1024;

type StaticFile = {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly tag: string;
  readonly bytes: number;
  /** Compressed files of the build that lie beside it, by encoding. */
  readonly ready: ReadonlyMap<string, string>;
  compressed?: Promise<Uint8Array<ArrayBuffer>>;
  policy?: Promise<string>;
};

function scan(directory: string): Map<string, StaticFile> {
  const names = [...new Bun.Glob('**/*').scanSync({ cwd: directory, onlyFiles: true })];
  const known = new Set(names);
  return new Map(
    names.flatMap((name): [string, StaticFile][] => {
      const path = join(directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      // A build that goes on has replaced it meanwhile.
      if (stat === undefined) return [];
      const { size, mtimeMs } = stat;
      const ready = [
        ['br', '.br'],
        ['gzip', '.gz'],
      ] as const;
      return [
        [
          `/${name}`,
          {
            path,
            name,
            type: Bun.file(path).type,
            tag: `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`,
            bytes: size,
            ready: new Map(
              ready.flatMap(([encoding, suffix]) =>
                known.has(name + suffix) ? [[encoding, path + suffix] as const] : [],
              ),
            ),
          },
        ],
      ];
    }),
  );
}

async function respond(file: StaticFile, headers: Headers): Promise<Response> {
  const { body, encoding, bytes } = await representation(file, headers.get('accept-encoding'));
  const etag = `"${file.tag}${encoding === undefined ? '' : `-${encoding}`}"`;
  const reply = new Headers({
    etag,
    'cache-control': HASHED.test(file.name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(isCompressible(file) ? { vary: 'accept-encoding' } : {}),
    ...(file.name.endsWith('.html')
      ? { 'content-security-policy': await (file.policy ??= policyFor(file.path)) }
      : {}),
  });
  if (isKnown(headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: reply });
  reply.set('content-type', file.type);
  reply.set('content-length', String(bytes));
  if (encoding !== undefined) reply.set('content-encoding', encoding);
  return new Response(body, { headers: reply });
}

type Representation = { body: Bun.BodyInit; bytes: number; encoding?: string };

async function representation(file: StaticFile, accepted: string | null): Promise<Representation> {
  const accepts = (encoding: string) =>
    new RegExp(`(?:^|[ ,])${encoding}(?! *; *q=0(?:\\.0*)?(?:,|$))`).test(accepted ?? '');
  for (const [encoding, path] of file.ready) {
    const ready = Bun.file(path);
    if (accepts(encoding)) return { body: ready, bytes: ready.size, encoding };
  }
  if (!isCompressible(file) || !accepts('gzip'))
    return { body: Bun.file(file.path), bytes: file.bytes };
  const compressed = await (file.compressed ??= compress(file.path));
  return { body: compressed, bytes: compressed.byteLength, encoding: 'gzip' };
}

const isCompressible = ({ type, bytes }: StaticFile): boolean =>
  COMPRESSIBLE.test(type) && bytes >= WORTH_COMPRESSING_BYTES;

const gzipAsync = promisify(gzip);

async function compress(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = await gzipAsync(await Bun.file(path).bytes(), { level: 9 });
  return new Uint8Array(compressed);
}

const isKnown = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;

/** A malformed path is the name of no file. */
function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
