import { problemOf, type RawReply } from './client-send.ts';
import { byteStream, type StreamFailure, typedEvents } from './client-stream-reply.ts';
import { decode } from './codec.ts';
import type { JsonReply, Operation, Problem, Reply, TextReply } from './contract.ts';

/** A reply in the contract's own terms, or what is wrong with it. */
export type ReadReply =
  | { readonly kind: 'success'; readonly status: number; readonly data: unknown }
  | { readonly kind: 'problem'; readonly status: number; readonly data: Problem }
  | { readonly kind: 'undeclared'; readonly status: number; readonly problem: Problem | undefined }
  | Broken;
type Broken = { readonly kind: 'broken'; readonly status: number; readonly reason: string };

/**
 * Checks a reply against what the operation declares for its status, and decodes it. What goes
 * wrong while a stream is read is made an error by `failure`.
 */
export function readReply(operation: Operation, raw: RawReply, failure: StreamFailure): ReadReply {
  const { status } = raw;
  const reply = operation.responses[status];
  if (reply !== undefined) return readDeclared(reply, raw, failure);
  if (status < 400) return { kind: 'broken', status, reason: `It declares no ${status}` };
  return { kind: 'undeclared', status, problem: problemOf(raw) };
}

function readDeclared(reply: Reply, raw: RawReply, failure: StreamFailure): ReadReply {
  const { status, stream } = raw;
  switch (reply.kind) {
    case 'empty':
      return { kind: 'success', status, data: undefined };
    case 'problem':
      return readProblem(reply.current, raw);
    case 'json':
      return readJson(reply, raw);
    case 'text':
      return wrongType(reply.type, raw) ?? { kind: 'success', status, data: raw.text };
    case 'bytes':
      return (
        wrongType(reply.type, raw) ?? { kind: 'success', status, data: byteStream(stream, failure) }
      );
    default:
      return (
        wrongType('text/event-stream', raw) ?? {
          kind: 'success',
          status,
          data: typedEvents(reply, stream, failure),
        }
      );
  }
}

function readJson({ schema }: JsonReply, { status, text }: RawReply): ReadReply {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'broken', status, reason: 'The body is not JSON' };
  }
  const decoded = decode(schema, body);
  if (decoded.success) return { kind: 'success', status, data: decoded.data };
  const complaints = decoded.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
  return { kind: 'broken', status, reason: complaints.join('; ') };
}

/** The page of a proxy is not the file that was asked for. */
function wrongType(expected: TextReply['type'], { status, headers }: RawReply): Broken | undefined {
  const type = headers.get('content-type') ?? '';
  const [mediaType = ''] = type.toLowerCase().split(';');
  if (mediaType.trim() === expected.toLowerCase()) return undefined;
  return { kind: 'broken', status, reason: `The body is '${type}', not '${expected}'` };
}

function readProblem(current: Parameters<typeof decode>[0] | undefined, raw: RawReply): ReadReply {
  const { status } = raw;
  // Whoever stands in between may answer without one.
  const problem = problemOf(raw) ?? { type: 'about:blank', title: `Status ${status}`, status };
  if (current === undefined || problem['current'] === undefined)
    return { kind: 'problem', status, data: problem };
  const decoded = decode(current, problem['current']);
  return decoded.success
    ? { kind: 'problem', status, data: { ...problem, current: decoded.data } }
    : { kind: 'broken', status, reason: "The problem's 'current' breaks the contract" };
}
