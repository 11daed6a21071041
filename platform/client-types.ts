import type {
  Contract,
  EmptyReply,
  JsonReply,
  Operation,
  Problem,
  ProblemReply,
  Schema,
} from './contract.ts';
import type { Arguments, OperationsOf, Success } from './operation-types.ts';
import type { Page } from './paging.ts';
import type { RemoteError } from './remote-error.ts';

/** What one call may say beyond its arguments. */
export type CallOptions = {
  /** Ends the call; the signal of the request being handled does so for reads without being named. */
  readonly signal?: AbortSignal;
  /** For one attempt, its reply read to the end. */
  readonly timeoutMs?: number;
  /** For the whole call, all its attempts and the waits between them. */
  readonly totalTimeoutMs?: number;
  /** A read that has no answer after so long asks a second instance as well. */
  readonly hedgeAfterMs?: number;
};

/** A service as an object: one function per operation of its contract. */
export type Client<C extends Contract> = {
  readonly [K in keyof OperationsOf<C>]: Call<OperationsOf<C>[K]>;
};

/**
 * Calls an operation: gives the data of its successful reply, or throws a `RemoteError`. `.reply`
 * gives every declared reply as a union by status, and throws only when there is none of them.
 */
export type Call<O extends Operation> = {
  (...args: CallArguments<O>): Promise<Success<O>>;
  readonly reply: (...args: CallArguments<O>) => Promise<ReplyOf<O>>;
} & FindOf<O> &
  PagesOf<O>;

/** Arguments may be left out where all of them are optional. */
type CallArguments<O extends Operation> =
  RequiredKeys<Arguments<O>> extends never
    ? [args?: Arguments<O>, options?: CallOptions]
    : [args: Arguments<O>, options?: CallOptions];

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];

type FindOf<O extends Operation> = 404 extends keyof O['responses']
  ? {
      /** As the call, but null where that throws for a 404. */
      readonly find: (...args: CallArguments<O>) => Promise<Success<O> | null>;
    }
  : unknown;

type PagesOf<O extends Operation> =
  Success<O> extends Page<unknown>
    ? {
        /** One page after the other, from the one that the arguments name. */
        readonly pages: (...args: CallArguments<O>) => AsyncIterable<Success<O>>;
      }
    : unknown;

/** The declared replies, told apart by `status`. */
export type ReplyOf<O extends Operation> = {
  [S in keyof O['responses'] & number]: {
    readonly status: S;
    readonly data: ReplyData<O['responses'][S]>;
    readonly headers: Headers;
  };
}[keyof O['responses'] & number];

type ReplyData<R> =
  R extends JsonReply<infer S>
    ? S['_zod']['output']
    : R extends EmptyReply
      ? undefined
      : R extends ProblemReply
        ? R['current'] extends Schema<unknown, infer V>
          ? Problem & { current?: V }
          : Problem
        : never;

/**
 * What to give instead when a service cannot be reached, takes too long or answers nonsense; a
 * clear answer, such as a 404, is no reason.
 */
export type Fallbacks<C extends Contract> = {
  readonly [K in keyof OperationsOf<C>]?: (
    args: Arguments<OperationsOf<C>[K]>,
    error: RemoteError,
  ) => Success<OperationsOf<C>[K]> | Promise<Success<OperationsOf<C>[K]>>;
};
