import type { Contract, Operation, Problem, Schema } from './contract.ts';
import type { Arguments, DataOf, OperationsOf, Success } from './operation-types.ts';
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
 * Calls an operation: gives the data of its successful reply, or throws a `RemoteError`. A stream is
 * given at once and opened by whoever begins to read it; leaving the loop ends the request.
 *
 * `.reply` gives every declared reply as a union by status, and throws only when there is none of
 * them. A stream that it gives, or that `.find` gives, is open and wants to be read.
 */
export type Call<O extends Operation> = {
  (...args: CallArguments<O>): Data<Success<O>>;
  readonly reply: (...args: CallArguments<O>) => Promise<ReplyOf<O>>;
} & FindOf<O> &
  PagesOf<O>;

type Data<D> = [D] extends [AsyncIterable<unknown>] ? D : Promise<D>;

/** Arguments may be left out where all of them are optional. */
type CallArguments<O extends Operation> = Passed<Arguments<O>>;
type Passed<A> = object extends A
  ? [args?: A, options?: CallOptions]
  : [args: A, options?: CallOptions];

type FindOf<O extends Operation> = 404 extends keyof O['responses']
  ? {
      /** As the call, but null where that throws for a 404. */
      readonly find: (...args: CallArguments<O>) => Promise<Success<O> | null>;
    }
  : unknown;

type PagesOf<O extends Operation> = 'totalIsExact' extends keyof Success<O>
  ? {
      /** One page after the other, from the one that the arguments name. */
      readonly pages: (...args: CallArguments<O>) => AsyncIterable<Success<O>>;
    }
  : unknown;

/** The declared replies, told apart by `status`. */
export type ReplyOf<O extends Operation> = [O] extends [unknown]
  ? {
      [S in keyof O['responses'] & number]: {
        readonly status: S;
        readonly data: ReplyData<O['responses'][S]>;
        readonly headers: Headers;
      };
    }[keyof O['responses'] & number]
  : never;

type ReplyData<R> = R extends { readonly kind: 'problem'; readonly current?: infer C }
  ? C extends Schema<unknown, infer V>
    ? Problem & { current?: V }
    : Problem
  : DataOf<R>;

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
