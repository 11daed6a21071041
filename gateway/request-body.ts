import { bodyTooLarge } from './failures.ts';

type Limit = { readonly maxBytes: number | undefined; readonly onTooLarge: () => void };

/**
 * The body to send on, which may be given to more than one attempt as long as none has taken it.
 * A body whose declared length is over the limit throws 413 at once; one without a length is
 * counted as it passes.
 */
export function limitedBody(
  request: Request,
  { maxBytes, onTooLarge }: Limit,
): ReadableStream<Uint8Array> | null {
  const { body } = request;
  if (body === null || maxBytes === undefined) return body;
  const length = request.headers.get('content-length');
  if (length === null) return body.pipeThrough(counter(maxBytes, onTooLarge));
  if (Number.parseInt(length, 10) > maxBytes) throw bodyTooLarge(maxBytes);
  return body;
}

function counter(maxBytes: number, onTooLarge: () => void) {
  let bytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) controller.enqueue(chunk);
      else {
        onTooLarge();
        controller.error(new Error('The body is too large'));
      }
    },
  });
}
