import * as z from 'zod';

import { oneWayPart } from './one-way.ts';

/**
 * Whatever zod schema; compared by its input and output alone, because comparing with zod's own
 * classes costs the type checker several times as much.
 */
export type Schema<I = unknown, O = unknown> = {
  readonly _zod: { readonly input: I; readonly output: O };
};

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type JsonBody<S extends Schema = Schema> = { readonly kind: 'json'; readonly schema: S };

/** A JSON reply; of one record it carries `ETag`, of a created one `Location` too. */
export type JsonReply<S extends Schema = Schema> = JsonBody<S> & {
  readonly etag?: boolean;
  readonly location?: string;
};
export type EmptyReply = { readonly kind: 'empty' };
/** A problem (RFC 9457); with `current`, the state that made a precondition fail rides along. */
export type ProblemReply = { readonly kind: 'problem'; readonly current?: Schema };
export type Reply = JsonReply | EmptyReply | ProblemReply;

export type Operation = {
  readonly method: Method;
  /** A path template such as `/customers/{id}`. */
  readonly path: string;
  readonly summary?: string;
  readonly request?: {
    readonly params?: Schema;
    readonly query?: Schema;
    readonly body?: JsonBody;
    /** The operation needs `If-Match`: 428 without, 412 when stale. */
    readonly ifMatch?: true;
    /** The operation may be repeated safely under an `Idempotency-Key`. */
    readonly idempotencyKey?: true;
  };
  readonly responses: { readonly [status: number]: Reply };
  /** How long a caller waits for one attempt, where that is not what it waits for all others. */
  readonly timeoutMs?: number;
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
 * Throws an error that names the operation when a path names a parameter that `params` lacks, or
 * when one name stands in both path and query.
 */
export function contract<const O extends Operations>(service: string, operations: O): Contract<O> {
  for (const [name, operation] of Object.entries(operations)) {
    const complaint = complaintAbout(operation);
    if (complaint !== undefined) throw new Error(`Cannot use ${service}.${name}: ${complaint}`);
  }
  return { service, operations };
}

export const json = <S extends Schema>(schema: S): JsonBody<S> => ({ kind: 'json', schema });

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

/** The parameter names of a path template, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** The keys of an object schema; none for any other. */
export function keysOf(schema: Schema | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The statuses below 300 that an operation declares, lowest first. */
export function successStatuses(operation: Operation): number[] {
  return Object.keys(operation.responses)
    .map(Number)
    .filter((status) => status < 300)
    .toSorted((a, b) => a - b);
}

function complaintAbout(operation: Operation): string | undefined {
  const { method, request } = operation;
  if (method === 'get' && request?.body) return 'a GET has no body';
  if (successStatuses(operation).length === 0) return 'no reply below 300 is declared';
  return complaintAboutParameters(operation) ?? complaintAboutSchemas(operation);
}

function complaintAboutParameters({ path, request }: Operation): string | undefined {
  const inPath = pathParameters(path);
  const inParams = keysOf(request?.params);
  const inQuery = keysOf(request?.query);
  const missing = inPath.find((name) => !inParams.includes(name));
  if (missing !== undefined) return `path parameter '${missing}' has no schema in params`;
  const surplus = inParams.find((name) => !inPath.includes(name));
  if (surplus !== undefined) return `parameter '${surplus}' is not in path '${path}'`;
  const twice = inParams.find((name) => inQuery.includes(name));
  if (twice !== undefined) return `parameter '${twice}' stands in both path and query`;
  const reserved = [...inParams, ...inQuery].find((name) => RESERVED.has(name));
  return reserved === undefined ? undefined : `parameter '${reserved}' has a reserved name`;
}

function complaintAboutSchemas({ request, responses }: Operation): string | undefined {
  const parts: [string, Schema | undefined][] = [
    ['params', request?.params],
    ['query', request?.query],
    ['body', request?.body?.schema],
    ...Object.entries(responses).map(([status, reply]): [string, Schema | undefined] => [
      status,
      reply.kind === 'json' ? reply.schema : undefined,
    ]),
  ];
  for (const [name, schema] of parts) {
    const complaint = oneWayPart(schema);
    if (complaint !== undefined) return `${name} ${complaint}`;
  }
  return undefined;
}

const RESERVED = new Set(['body', 'ifMatch', 'idempotencyKey']);
