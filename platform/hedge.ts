import type { Attempts } from './client-attempts.ts';
import { LEFT_BEHIND, type RawReply } from './client-send.ts';
import type { RetryBudget } from './retry-budget.ts';

/**
 * Asks a second instance when the first has not answered after `afterMs`, takes whichever answer
 * comes first and ends the other request. For reads only; a second request costs what a retry does.
 */
export async function hedged(
  attempts: Attempts,
  signal: AbortSignal,
  { afterMs, budget }: { afterMs: number; budget: RetryBudget },
): Promise<RawReply> {
  const racers: AbortController[] = [];
  const ask = () => {
    const racer = new AbortController();
    racers.push(racer);
    return attempts.next(AbortSignal.any([signal, racer.signal]));
  };
  const { promise: isLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, afterMs);
  try {
    const first = ask();
    const early = await Promise.race([first, isLate]);
    if (early) return early;
    if (!attempts.hasUntried() || !budget.withdraw()) return await first;
    return await Promise.any([first, ask()]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  } finally {
    clearTimeout(timer);
    for (const racer of racers) racer.abort(LEFT_BEHIND);
  }
}
