import { ProblemError } from 'platform/problem';
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

/** What the work gives, or the problem that it threw; throws all else. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return done(work());
  } catch (error) {
    if (error instanceof ProblemError) return failed(error);
    throw error;
  }
}

/** One of several, with the request for which it is done. */
export type Batched<I> = { readonly item: I; readonly context: RequestContext | undefined };

type BatchOptions<I, O> = {
  /** Gives an outcome for each, in their order; throws when it could do nothing at all. */
  readonly work: (items: readonly Batched<I>[]) => Promise<readonly Outcome<O>[]>;
  /** How many at most go together. */
  readonly limit: number;
  /** How many times `work` may be under way; once where it is left out. */
  readonly atOnce?: number;
};

type Waiting<I, O> = Batched<I> & PromiseWithResolvers<O>;

/**
 * Does together what comes while earlier work is under way: nothing waits when there is nothing
 * else to do, and what a transaction or a call costs is shared when there is much. Another run
 * begins beside those under way once as many wait as these have, and takes no more than its share
 * of all: else each would begin with the first that comes, and the many would go one by one. Where
 * doing it together fails, each is done alone, so that one does not spoil it for the others, nor
 * keep those waiting that come later.
 */
export function batched<I, O>({
  work,
  limit,
  atOnce = 1,
}: BatchOptions<I, O>): (item: I) => Promise<O> {
  const waiting: Waiting<I, O>[] = [];
  let underWay = 0;
  let inHand = 0;

  const nextCount = () => {
    if (underWay === atOnce || waiting.length < inHand) return 0;
    return Math.min(Math.ceil((waiting.length + inHand) / atOnce), limit);
  };
  const start = () => {
    const batch = waiting.splice(0, nextCount());
    if (batch.length === 0) return;
    void run(batch);
    start();
  };
  const run = async (batch: readonly Waiting<I, O>[]) => {
    underWay += 1;
    inHand += batch.length;
    await settle(batch);
    underWay -= 1;
    inHand -= batch.length;
    start();
  };
  const settle = async (batch: readonly Waiting<I, O>[]) => {
    try {
      tell(batch, await inContext(batch, () => work(batch)));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else void Promise.all(batch.map((one) => settle([one])));
    }
  };
  return (item) => {
    const one = { item, context: currentContext(), ...Promise.withResolvers<O>() };
    waiting.push(one);
    withoutContext(start);
    return one.promise;
  };
}

/** Does the work for all together, or where that fails for each alone. */
export async function together<I, O>(
  items: readonly I[],
  work: (items: readonly I[]) => Promise<readonly Outcome<O>[]>,
): Promise<Outcome<O>[]> {
  if (items.length === 0) return [];
  try {
    return [...(await work(items))];
  } catch (error) {
    if (items.length === 1) return [failed(error)];
    return (await Promise.all(items.map((item) => together([item], work)))).flat();
  }
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
