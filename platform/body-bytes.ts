import { ProblemError } from './problem.ts';

/** Throws 413 when the body says that it is too large. */
export function assertLength(request: Request, maxBytes: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** What was sent, unpacked; throws 413 past the limit, which is for what comes out of it. */
export async function* limited(request: Request, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of unpacked(request)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

async function* unpacked({ headers, body }: Request): AsyncGenerator<Uint8Array> {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (body === null || encoding === 'identity') return yield* body ?? [];
  if (encoding !== 'gzip') throw unknownEncoding(encoding);
  try {
    yield* body.pipeThrough(new DecompressionStream('gzip'));
  } catch (cause) {
    throw unreadable('invalid-encoding', encoding, cause);
  }
}

function unknownEncoding(encoding: string): ProblemError {
  return new ProblemError(415, 'unsupported-media-type', 'The body must be plain or gzip', {
    detail: `Content-Encoding is '${encoding}'`,
    headers: { 'Accept-Encoding': 'gzip' },
  });
}

/** All that was sent, unpacked; throws 413 past the limit. */
export async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  assertLength(request, maxBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(413, 'body-too-large', 'The body is too large', {
    detail: `At most ${maxBytes} bytes are read`,
  });
}

/** The 400 for a body that is not what it says. */
export function unreadable(type: string, what: string, cause: unknown): ProblemError {
  return new ProblemError(400, type, `The body is not valid ${what}`, {
    detail: cause instanceof Error ? cause.message : 'It could not be parsed',
    cause,
  });
}
