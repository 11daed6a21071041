import * as z from 'zod';

import { byteReply } from './byte-reply.ts';
import { encode } from './codec.ts';
import type { JsonReply, Operation, Reply, Schema } from './contract.ts';
import { eventReply } from './event-reply.ts';
import type { Log } from './log.ts';
import type { OpenStreams } from './open-streams.ts';
import { expand, mediaTypeOf, successReplies } from './operation-parts.ts';
import { etagOf } from './problem.ts';
import { isChosen } from './reply.ts';

type Input = Readonly<Record<string, unknown>>;

export type WriterDeps = { readonly log: Log; readonly streams: OpenStreams };

/** What a reply is made of. */
type Given = {
  /** By the handler: data, or a reply that it chose. */
  readonly result: unknown;
  /** The decoded request, of which a file's name may speak. */
  readonly input: Input;
  readonly isHead: boolean;
};

/**
 * Compiles an operation into a function that makes the response of what its handler gave. What
 * breaks the contract is an error of the handler: nobody gets wrong data.
 */
export function replyWriter(operation: Operation, deps: WriterDeps) {
  const [lowest] = successReplies(operation);
  return ({ result, input, isHead }: Given): Response | Promise<Response> => {
    const status = isChosen(result) ? result.status : (lowest?.status ?? 200);
    const data = isChosen(result) ? result.data : result;
    const reply = operation.responses[status];
    if (reply === undefined || reply.kind === 'problem')
      throw new Error(`The handler chose ${status}, which is no success that is declared`);
    return response(reply, { status, data, input, ...deps, isHead });
  };
}

type Writing = Omit<Given, 'result'> &
  WriterDeps & { readonly status: number; readonly data: unknown };

function response(reply: Reply, writing: Writing): Response | Promise<Response> {
  const { status, data, input } = writing;
  switch (reply.kind) {
    case 'json':
      return jsonResponse(reply, status, data);
    case 'text':
      if (typeof data !== 'string') throw new Error('The handler gave no text');
      return new Response(data, { status, headers: savedHeaders(reply, input) });
    case 'bytes':
      return byteReply(data, { status, headers: savedHeaders(reply, input) }, writing);
    case 'events':
      return eventReply(reply, data, status, writing);
    default:
      return new Response(null, { status });
  }
}

function jsonResponse(reply: JsonReply, status: number, data: unknown): Response {
  const body = encodeReply(reply.schema, status, data);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (reply.etag && isRecord(body)) headers['etag'] = etagOf(body);
  if (reply.location !== undefined) {
    const fields = new Map(Object.entries(body ?? {}));
    headers['location'] = expand(reply.location, (name) =>
      encodeURIComponent(String(fields.get(name))),
    );
  }
  return new Response(JSON.stringify(body), { status, headers });
}

/** What breaks the contract is told by its place, for whoever reads the log. */
function encodeReply(schema: Schema, status: number, data: unknown): unknown {
  try {
    return encode(schema, data);
  } catch (cause) {
    const issues = cause instanceof z.core.$ZodError ? cause.issues : [];
    const places = issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
    throw new Error(`The reply ${status} breaks its contract: ${places.join('; ')}`, { cause });
  }
}

function isRecord(body: unknown): body is { version: number } {
  return typeof body === 'object' && body !== null && 'version' in body;
}

/** A name outside of ASCII stands in `filename*` as well (RFC 6266 §4.3). */
function savedHeaders(
  reply: Extract<Reply, { kind: 'text' | 'bytes' }>,
  input: Input,
): Record<string, string> {
  const type = mediaTypeOf(reply) ?? '';
  const headers = { 'content-type': reply.kind === 'text' ? `${type}; charset=utf-8` : type };
  if (reply.filename === undefined) return headers;
  const name = expand(reply.filename, (parameter) => textOf(input[parameter]));
  const plain = name.replaceAll(/[^\w.() -]/g, '_');
  const extended =
    plain === name ? '' : `; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`;
  return { ...headers, 'content-disposition': `attachment; filename="${plain}"${extended}` };
}

/** A parameter as it stands in a file's name. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
