import { problemOf, type RawReply } from './client-send.ts';
import { decode } from './codec.ts';
import type { Operation, Problem, Reply } from './contract.ts';

/** A reply in the contract's own terms, or what is wrong with it. */
export type ReadReply =
  | { readonly kind: 'success'; readonly status: number; readonly data: unknown }
  | { readonly kind: 'problem'; readonly status: number; readonly data: Problem }
  | { readonly kind: 'undeclared'; readonly status: number; readonly problem: Problem | undefined }
  | { readonly kind: 'broken'; readonly status: number; readonly reason: string };

/** Checks a reply against what the operation declares for its status, and decodes it. */
export function readReply(operation: Operation, raw: RawReply): ReadReply {
  const { status } = raw;
  const reply = operation.responses[status];
  if (reply !== undefined) return readDeclared(reply, raw);
  if (status < 400) return { kind: 'broken', status, reason: `It declares no ${status}` };
  return { kind: 'undeclared', status, problem: problemOf(raw) };
}

function readDeclared(reply: Reply, raw: RawReply): ReadReply {
  const { status } = raw;
  if (reply.kind === 'empty') return { kind: 'success', status, data: undefined };
  if (reply.kind === 'problem') return readProblem(reply.current, raw);
  let body: unknown;
  try {
    body = JSON.parse(raw.text);
  } catch {
    return { kind: 'broken', status, reason: 'The body is not JSON' };
  }
  const decoded = decode(reply.schema, body);
  if (decoded.success) return { kind: 'success', status, data: decoded.data };
  const complaints = decoded.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
  return { kind: 'broken', status, reason: complaints.join('; ') };
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
