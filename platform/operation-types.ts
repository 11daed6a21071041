import type { Contract, Events, EventsReply, Operation, Reply, Schema } from './contract.ts';
import type { Chosen } from './reply.ts';

type Requested<O extends Operation> = O extends { readonly request: infer R } ? R : unknown;

/** All parameters as they travel, and as they are decoded. */
type WireParameters<R> = (R extends Has<'params'> ? R['params']['_zod']['input'] : unknown) &
  (R extends Has<'query'> ? R['query']['_zod']['input'] : unknown) &
  (R extends Has<'headers'> ? R['headers']['_zod']['input'] : unknown) &
  (R extends Has<'cookies'> ? R['cookies']['_zod']['input'] : unknown);
type Parameters<R> = (R extends Has<'params'> ? R['params']['_zod']['output'] : unknown) &
  (R extends Has<'query'> ? R['query']['_zod']['output'] : unknown) &
  (R extends Has<'headers'> ? R['headers']['_zod']['output'] : unknown) &
  (R extends Has<'cookies'> ? R['cookies']['_zod']['output'] : unknown);
type Has<K extends string> = { readonly [P in K]: Schema };

/**
 * Optional where the schema's input is, with the values of its output: a page with a default is an
 * optional number. A condition that always holds makes editors show what it comes to, not its name.
 */
type Loose<I, O> = [I] extends [unknown]
  ? { [K in keyof I]: O[K & keyof O] | Extract<I[K], undefined> }
  : never;
type Flat<T> = [T] extends [unknown] ? { [K in keyof T]: T[K] } : never;

/** Bytes as they can be given: whole, or as they come. */
export type ByteSource = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes as they come over the network; leaving the loop ends the request. */
export type ByteStream = AsyncIterable<Uint8Array> & {
  /** All of them, which takes as much memory. */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
  /** All of them as UTF-8. */
  readonly text: () => Promise<string>;
};

/** One of the events, told apart by `event`; `id` is what a reader resumes by. */
export type EventOf<E extends Events> = [E] extends [unknown]
  ? {
      [K in keyof E & string]: {
        readonly event: K;
        readonly data: E[K]['_zod']['output'];
        readonly id?: string;
      };
    }[keyof E & string]
  : never;

/** A JSON body is given as it travels, since that is what a form on a page holds. */
type GivenBody<B> = B extends { readonly schema: Schema }
  ? B extends { readonly kind: 'json' }
    ? B['schema']['_zod']['input']
    : Loose<B['schema']['_zod']['input'], B['schema']['_zod']['output']>
  : B extends { readonly kind: 'text' }
    ? string
    : ByteSource;
type ReadBody<B> = B extends { readonly schema: Schema }
  ? B['schema']['_zod']['output']
  : B extends { readonly kind: 'text' }
    ? string
    : ReadableStream<Uint8Array>;

/** What a caller passes beside the parameters. */
type GivenExtras<R> = (R extends { readonly body: infer B } ? { body: GivenBody<B> } : unknown) &
  (R extends { readonly ifMatch: true } ? { ifMatch: number | '*' } : unknown) &
  (R extends { readonly idempotencyKey: true } ? { idempotencyKey?: string } : unknown);
type ReadExtras<R> = (R extends { readonly body: infer B } ? { body: ReadBody<B> } : unknown) &
  (R extends { readonly ifMatch: true } ? { ifMatch: string | undefined } : unknown);

/** What a caller passes: parameters of all places side by side, the body under `body`. */
export type Arguments<O extends Operation> = ArgumentsOf<Requested<O>>;
type ArgumentsOf<R> = Loose<WireParameters<R> & GivenExtras<R>, Parameters<R> & GivenExtras<R>>;

/** What a handler gets: the same, decoded, defaults filled in; `ifMatch` is for `assertMatch`. */
export type Input<O extends Operation> = InputOfRequest<Requested<O>>;
type InputOfRequest<R> = Flat<Parameters<R> & ReadExtras<R>>;

/** What a reply gives its reader; nothing for a problem. */
export type DataOf<R> = R extends Reply ? Data<R>[R['kind']] : never;
type Data<R> = {
  json: R extends { readonly schema: Schema } ? R['schema']['_zod']['output'] : never;
  empty: undefined;
  text: string;
  bytes: ByteStream;
  events: R extends EventsReply<infer E> ? AsyncIterable<EventOf<E>> : never;
  problem: never;
};

/** What a handler gives for a reply. */
type GivenData<R> = R extends { readonly kind: 'bytes' } ? ByteSource : DataOf<R>;

/** What a successful call gives: the data of the replies that are no problems. */
export type Success<O extends Operation> = DataOf<O['responses'][keyof O['responses']]>;

/** What a handler gives: data, or `reply(status, data)` for another than the lowest success. */
export type Result<O extends Operation> = ResultOf<O['responses']>;
type ResultOf<R> = [R] extends [unknown]
  ? | GivenData<R[keyof R]>
    | { [S in keyof R & number]: Chosen<S, GivenData<R[S]>> }[keyof R & number]
  : never;

export type OperationsOf<C extends Contract> = C['operations'];
