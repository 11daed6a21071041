import {
  currentContext,
  linkTo,
  type RequestContext,
  withContext,
  withoutContext,
} from 'platform/request-context';
import { withSpan } from 'platform/with-span';

/** What became of one of several. */
export type Outcome<T> =
  | { readonly isDone: true; readonly value: T }
  | { readonly isDone: false; readonly error: unknown };

export const done = <T>(value: T): Outcome<T> => ({ isDone: true, value });
export const failed = (error: unknown): Outcome<never> => ({ isDone: false, error });

/** One of several, with the request for which it is done. */
export type Batched<I> = { readonly item: I; readonly context: RequestContext | undefined };

type BatchOptions<I, O> = {
  /** Gives an outcome for each, in their order; throws when it could do nothing at all. */
  readonly work: (items: readonly Batched<I>[]) => Promise<readonly Outcome<O>[]>;
  /** What an item counts for towards `limit`; one where it is left out. */
  readonly weigh?: (item: I) => number;
  readonly limit: number;
};

type Waiting<I, O> = Batched<I> & PromiseWithResolvers<O>;

/**
 * Does together what comes while earlier work is under way: nothing waits when there is nothing
 * else to do, and what a transaction or a call costs is shared when there is much. Where doing it
 * together fails, each is done alone, so that one does not spoil it for the others, nor keep those
 * waiting that come later.
 */
export function batched<I, O>({ work, weigh = () => 1, limit }: BatchOptions<I, O>) {
  const waiting: Waiting<I, O>[] = [];
  let isWorking = false;

  const drain = async () => {
    isWorking = true;
    while (waiting.length > 0) await settle(takeUpTo(limit, waiting, weigh));
    isWorking = false;
  };
  const settle = async (batch: readonly Waiting<I, O>[]) => {
    try {
      tell(batch, await inContext(batch, () => work(batch)));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else void Promise.all(batch.map((one) => settle([one])));
    }
  };
  return (item: I): Promise<O> => {
    const one = { item, context: currentContext(), ...Promise.withResolvers<O>() };
    waiting.push(one);
    if (!isWorking) void withoutContext(drain);
    return one.promise;
  };
}

/** Those that fit together, at least one. */
function takeUpTo<I, O>(
  limit: number,
  waiting: Waiting<I, O>[],
  weigh: (item: I) => number,
): Waiting<I, O>[] {
  let weight = 0;
  const beyond = waiting.findIndex(({ item }, index) => {
    weight += weigh(item);
    return index > 0 && weight > limit;
  });
  return waiting.splice(0, beyond === -1 ? waiting.length : beyond);
}

function tell<I, O>(batch: readonly Waiting<I, O>[], outcomes: readonly Outcome<O>[]): void {
  for (const [index, one] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) one.reject(new Error('Cannot go on: an outcome is missing'));
    else if (outcome.isDone) one.resolve(outcome.value);
    else one.reject(outcome.error);
  }
}

/** As the first of them asked, but not in its time: the others may have more. */
function inContext<T>(batch: readonly Batched<unknown>[], run: () => Promise<T>): Promise<T> {
  const [context, ...others] = batch.map((one) => one.context);
  if (context === undefined) return run();
  const { deadlineMs: _, ...rest } = context;
  if (others.length === 0 || context.span === undefined) return withContext(rest, run);
  const links = others.map(linkTo).filter((link) => link !== null);
  const start = { name: 'batch', kind: 'internal', links } as const;
  return withContext(rest, () => withSpan(start, run));
}
