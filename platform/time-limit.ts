/** Work that was given up because it took too long. */
export class TooLateError extends Error {}

/**
 * Runs the work with a signal that is aborted when its time is over or the outer signal is; throws
 * `TooLateError` at the end of the time, whether or not the work listens.
 */
export function withinTime<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    const error = new TooLateError(`Not done within ${ms} ms`);
    reject(error);
    limit.abort(error);
  }, ms);
  const settle = async (signal: AbortSignal) => {
    try {
      resolve(await work(signal));
    } catch (error) {
      reject(error);
    }
    clearTimeout(timer);
  };
  void settle(outer ? AbortSignal.any([outer, limit.signal]) : limit.signal);
  return promise;
}
