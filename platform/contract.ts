import * as z from 'zod';

import { complaintAbout } from './contract-check.ts';
import { complaintAboutOrder } from './path-check.ts';

/**
 * Whatever zod schema; compared by its input and output alone, because comparing with zod's own
 * classes costs the type checker several times as much.
 */
export type Schema<I = unknown, O = unknown> = {
  readonly _zod: { readonly input: I; readonly output: O };
};

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type JsonBody<S extends Schema = Schema> = { readonly kind: 'json'; readonly schema: S };
/** Fields as a browser's form sends them: text each, or files where the kind is `multipart`. */
export type FormBody<S extends Schema = Schema> = {
  readonly kind: 'form' | 'multipart';
  readonly schema: S;
};
/** Text of the media type, in UTF-8. */
export type TextBody = { readonly kind: 'text'; readonly type: string };
/** Bytes of the media type, read as they come; `maxBytes` replaces the limit of other bodies. */
export type BytesBody = {
  readonly kind: 'bytes';
  readonly type: string;
  readonly maxBytes?: number;
};
export type Body = JsonBody | FormBody | TextBody | BytesBody;

/** A JSON reply; of one record it carries `ETag`, of a created one `Location` too. */
export type JsonReply<S extends Schema = Schema> = JsonBody<S> & {
  readonly etag?: boolean;
  readonly location?: string;
};
/** `filename` makes a browser save it, and may name parameters: `figures-{year}.csv`. */
type Saved = { readonly filename?: string };
export type TextReply = TextBody & Saved;
export type BytesReply = BytesBody & Saved;
/** The events that may come, each with the schema of its data. */
export type Events = { readonly [event: string]: Schema };
/** Server-sent events (HTML standard §9.2), of which each carries JSON. */
export type EventsReply<E extends Events = Events> = {
  readonly kind: 'events';
  readonly events: E;
};
export type EmptyReply = { readonly kind: 'empty' };
/** A problem (RFC 9457); with `current`, the state that made a precondition fail rides along. */
export type ProblemReply = { readonly kind: 'problem'; readonly current?: Schema };
export type Reply = JsonReply | TextReply | BytesReply | EventsReply | EmptyReply | ProblemReply;

export type Operation = {
  readonly method: Method;
  /** A path template such as `/customers/{id}`. */
  readonly path: string;
  readonly summary?: string;
  readonly request?: {
    readonly params?: Schema;
    /** Lists repeat their name, unless they are `csv`. */
    readonly query?: Schema;
    /** By their names in lower case. */
    readonly headers?: Schema;
    readonly cookies?: Schema;
    readonly body?: Body;
    /** The operation needs `If-Match`: 428 without, 412 when stale. */
    readonly ifMatch?: true;
    /** The operation may be repeated safely under an `Idempotency-Key`. */
    readonly idempotencyKey?: true;
  };
  readonly responses: { readonly [status: number]: Reply };
  /** How long a caller waits for one attempt, where that is not what it waits for all others. */
  readonly timeoutMs?: number;
  /** How often a caller tries again, where that is not what it does for all others. */
  readonly retries?: number;
  /** Doing it twice does no more than doing it once; said of a POST or PATCH that is so by nature. */
  readonly isRepeatable?: true;
};

export type Operations = { readonly [name: string]: Operation };
export type Contract<O extends Operations = Operations> = {
  readonly service: string;
  readonly operations: O;
};

/**
 * The operations that a service offers, as data: its server validates with it, its clients call by
 * it, its OpenAPI document is printed from it.
 *
 * Throws an error that names the operation and the place for what could only fail later, such as a
 * path parameter without a schema, one name in two places, or a schema that works one way only.
 */
export function contract<const O extends Operations>(service: string, operations: O): Contract<O> {
  if (!/^[\w.-]+$/.test(service))
    throw new Error(`Cannot use '${service}' as the name of a service: it stands in addresses`);
  for (const [name, operation] of Object.entries(operations)) {
    const complaint = complaintAboutName(name) ?? complaintAbout(operation);
    if (complaint !== undefined) throw new Error(`Cannot use ${service}.${name}: ${complaint}`);
  }
  const unreachable = complaintAboutOrder(operations);
  if (unreachable !== undefined) throw new Error(`Cannot use ${service}.${unreachable}`);
  return { service, operations };
}

const complaintAboutName = (name: string): string | undefined =>
  name === 'then' ? 'whoever awaits the client would call it' : undefined;

export const json = <S extends Schema>(schema: S): JsonBody<S> => ({ kind: 'json', schema });

/** A body of `application/x-www-form-urlencoded`; codecs make of its texts what code works with. */
export const form = <S extends Schema>(schema: S) => ({ kind: 'form', schema }) as const;

/** A body of `multipart/form-data`, whose files have the schema `z.file()`. */
export const multipart = <S extends Schema>(schema: S) => ({ kind: 'multipart', schema }) as const;

/** A body or a reply that is text, such as `textOf('text/csv', { filename: 'customers.csv' })`. */
export const textOf = (type = 'text/plain', saved: Saved = {}) =>
  ({ kind: 'text', type, ...saved }) as const;

/** A body or a reply that is bytes: a stream on both sides, which nobody holds as a whole. */
export const bytes = (
  type = 'application/octet-stream',
  options: Saved & { readonly maxBytes?: number } = {},
) => ({ kind: 'bytes', type, ...options }) as const;

/** A reply that goes on: `events({ change: Change })` gives typed events as they happen. */
export const events = <E extends Events>(events: E) => ({ kind: 'events', events }) as const;

/** A reply of one record: its `version` becomes the `ETag`. */
export const record = <S extends Schema<unknown, { version: number }>>(schema: S) =>
  ({ kind: 'json', schema, etag: true }) as const;

/** A reply of a record just made; `location` is a path template filled from the record. */
export const created = <S extends Schema<unknown, { version: number }>>(
  schema: S,
  location: string,
) => ({ kind: 'json', schema, etag: true, location }) as const;

export const empty = { kind: 'empty' } as const;
export const problem = { kind: 'problem' } as const;

/** For an operation that needs another service: which answers nonsense, is away, or takes too long. */
export const upstreamProblems = { 502: problem, 503: problem, 504: problem } as const;

/** The reply to a stale `If-Match`: a problem that carries the `current` record. */
export const stale = <S extends Schema>(current: S) => ({ kind: 'problem', current }) as const;

/** RFC 9457, with a pointer (RFC 6901) per bad field and the request id. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;
export type FieldError = NonNullable<Problem['errors']>[number];
