import { gunzipSync } from 'node:zlib';

import { instanceOfXml } from './eureka-xml.ts';
import { BadInstanceError } from './registration.ts';

/** A body that is not read any further; answered with this status. */
export class UnreadableBodyError extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.name = 'UnreadableBodyError';
    this.status = status;
  }
}

type BodyLimits = {
  readonly maxBodyBytes: number;
  /** Only the two charsets that Netflix's server reads. */
  readonly strict: boolean;
};

/** What stands below the root, and how long the text was that said it. */
type InstanceBody = { readonly root: unknown; readonly characters: number };

/**
 * The body of a registration, JSON or XML by its content type, in the shape of Eureka's JSON
 * without its root. Throws `UnreadableBodyError` and `BadInstanceError`.
 */
export async function readInstanceBody(
  request: Request,
  limits: BodyLimits,
): Promise<InstanceBody> {
  const type = request.headers.get('content-type')?.toLowerCase() ?? '';
  const text = isPlain(request)
    ? await plainText(request, limits)
    : await readText(request, limits);
  const isJson = type === '' ? text.trimStart().startsWith('{') : /json/.test(type);
  if (!isJson && type !== '' && !/xml/.test(type)) {
    throw new UnreadableBodyError(415, `Cannot read '${type}'`);
  }
  const root = isJson ? instanceOfJson(text) : parsed(() => instanceOfXml(text));
  if (root === undefined) throw new BadInstanceError('Missing instance');
  return { root, characters: text.length };
}

/** A JSON body of any shape, such as a peer's batch. */
export async function readJsonBody(request: Request, limits: BodyLimits): Promise<unknown> {
  const text = await readText(request, limits);
  return parsed((): unknown => JSON.parse(text));
}

function instanceOfJson(text: string): unknown {
  const body = parsed((): unknown => JSON.parse(text));
  return typeof body === 'object' && body !== null && 'instance' in body
    ? body.instance
    : undefined;
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new UnreadableBodyError(400, 'cannot parse request body');
  }
}

async function readText(request: Request, { maxBodyBytes, strict }: BodyLimits): Promise<string> {
  const label = charsetOf(request);
  const bytes = await readBytes(request, maxBodyBytes);
  if (strict && !['utf-8', 'utf8', 'iso-8859-1'].includes(label)) throw unknownCharset(label);
  try {
    // Whatever names the platform knows; those it does not know throw.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return new TextDecoder(label as Bun.Encoding).decode(bytes);
  } catch {
    throw unknownCharset(label);
  }
}

function charsetOf(request: Request): string {
  const type = request.headers.get('content-type') ?? '';
  if (!type.includes('=')) return 'utf-8';
  return /charset="?([^\s;"]+)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8';
}

const unknownCharset = (label: string): UnreadableBodyError =>
  new UnreadableBodyError(415, `Cannot read the charset '${label}'`);

/** What needs no decoding but the usual one: nearly everything. */
function isPlain(request: Request): boolean {
  return charsetOf(request) === 'utf-8' && !request.headers.has('content-encoding');
}

async function plainText(request: Request, { maxBodyBytes }: BodyLimits): Promise<string> {
  refuseLargerThan(maxBodyBytes, Number(request.headers.get('content-length') ?? 0));
  const text = await request.text();
  refuseLargerThan(maxBodyBytes, text.length);
  return text;
}

async function readBytes(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  refuseLargerThan(maxBodyBytes, Number(request.headers.get('content-length') ?? 0));
  const bytes = await request.bytes();
  refuseLargerThan(maxBodyBytes, bytes.length);
  if (request.headers.get('content-encoding') !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (error instanceof RangeError) refuseLargerThan(maxBodyBytes, Infinity);
    throw new UnreadableBodyError(400, 'cannot decompress request body');
  }
}

function refuseLargerThan(limit: number, bytes: number): void {
  if (bytes > limit) throw new UnreadableBodyError(413, `The limit is ${limit} bytes`);
}
