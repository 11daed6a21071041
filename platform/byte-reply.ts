import { isAsyncIterable, streamOf } from './byte-stream.ts';
import type { Log } from './log.ts';

type Head = { readonly status: number; readonly headers: Record<string, string> };

/**
 * The response to a request for bytes. Their first chunk is awaited, so that a source that fails at
 * once is still answered by a problem; one that fails later breaks the connection off, which is the
 * only way left to tell the reader.
 */
export async function byteReply(
  given: unknown,
  head: Head,
  { log, isHead }: { readonly log: Log; readonly isHead: boolean },
): Promise<Response> {
  if (given instanceof Blob) return new Response(given.stream(), head);
  if (given instanceof Uint8Array) return new Response(new Uint8Array(given), head);
  if (!isAsyncIterable(given)) throw new Error('The handler gave no bytes');
  const source = given[Symbol.asyncIterator]();
  const first = await source.next();
  if (isHead) {
    await source.return?.();
    return new Response(null, head);
  }
  return new Response(streamOf(checked(first, source, log)), head);
}

async function* checked(
  first: IteratorResult<unknown>,
  source: AsyncIterator<unknown>,
  log: Log,
): AsyncGenerator<Uint8Array> {
  try {
    for (let step = first; !step.done; step = await source.next()) {
      if (!(step.value instanceof Uint8Array)) throw new Error('The handler gave no bytes');
      yield step.value;
    }
  } catch (error) {
    log.error('An error broke off a reply of bytes', { error });
    throw error;
  } finally {
    await source.return?.();
  }
}
