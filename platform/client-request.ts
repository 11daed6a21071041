import { type CallInput, headerEncoder, pathEncoder, queryEncoder } from './client-arguments.ts';
import { bodyEncoder, type EncodedBody } from './client-body.ts';
import type { Operation } from './contract.ts';
import { isStream, mediaTypeOf, successReplies } from './operation-parts.ts';

/** What every attempt of one call sends. */
export type PreparedRequest = {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EncodedBody['content'] | null;
  /** Sending it twice does no more than sending it once. */
  readonly isRepeatable: boolean;
  /** Whether it can be sent twice at all: a body that is read while it is sent cannot. */
  readonly isReplayable: boolean;
  /** Whether a successful reply goes on while it is read. */
  readonly isStreamed: boolean;
};

/**
 * Compiles an operation into a function that encodes a call's arguments. That function throws a
 * `TypeError` for arguments that break the contract: nothing was sent, the caller is wrong.
 */
export function requestEncoder(
  operation: Operation,
  { gzipAbove }: { readonly gzipAbove?: number | undefined } = {},
): (input: CallInput) => PreparedRequest {
  const { method, path, request = {}, isRepeatable } = operation;
  const upperMethod = method.toUpperCase();
  const encodePath = pathEncoder(path, request.params);
  const encodeQuery = queryEncoder(request.query);
  const addHeaders = headerEncoder(request.headers, request.cookies);
  const encodeBody = request.body && bodyEncoder(request.body, gzipAbove);
  const accept = acceptOf(operation);
  const isStreamed = successReplies(operation).some(({ reply }) => isStream(reply));
  // A PUT that must meet a version finds another one when it arrives for the second time.
  const isAlwaysRepeatable = isRepeatable ?? (REPEATABLE.has(method) && !request.ifMatch);

  return (input) => {
    const key = request.idempotencyKey ? idempotencyKey(input) : undefined;
    const body = encodeBody ? encodeBody(input['body']) : NO_BODY;
    const headers: Record<string, string> = { accept };
    addHeaders(input, headers);
    addBodyHeaders(body, headers);
    if (input['ifMatch'] !== undefined) headers['if-match'] = entityTag(input['ifMatch']);
    if (key !== undefined) headers['idempotency-key'] = key;
    return {
      method: upperMethod,
      path: encodePath(input) + encodeQuery(input),
      headers,
      body: body.content,
      isRepeatable: isAlwaysRepeatable || key !== undefined,
      isReplayable: body.isReplayable,
      isStreamed,
    };
  };
}

const NO_BODY: Omit<EncodedBody, 'content'> & { readonly content: null } = {
  content: null,
  isReplayable: true,
};

function addBodyHeaders(
  { type, encoding }: Pick<EncodedBody, 'type' | 'encoding'>,
  to: Record<string, string>,
): void {
  if (type !== undefined) to['content-type'] = type;
  if (encoding !== undefined) to['content-encoding'] = encoding;
}

const REPEATABLE = new Set(['get', 'put', 'delete']);

function acceptOf(operation: Operation): string {
  const types = successReplies(operation).flatMap(({ reply }) => mediaTypeOf(reply) ?? []);
  return [...new Set([...types, 'application/problem+json'])].join(', ');
}

const entityTag = (version: unknown): string => (version === '*' ? '*' : `"${String(version)}"`);

/** One key for the whole call, so that its attempts count as one. */
function idempotencyKey({ idempotencyKey: given }: CallInput): string {
  return typeof given === 'string' ? given : Bun.randomUUIDv7();
}
