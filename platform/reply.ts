const CHOSEN = Symbol('chosen');

/** A reply whose status the handler chose. */
export type Chosen<S extends number = number, D = unknown> = {
  readonly [CHOSEN]: true;
  readonly status: S;
  readonly data: D;
};

/**
 * What a handler gives for another status than the lowest successful one that its operation
 * declares: `return reply(202, job)`.
 */
export function reply<S extends number>(status: S): Chosen<S, undefined>;
export function reply<S extends number, D>(status: S, data: D): Chosen<S, D>;
export function reply(status: number, data?: unknown): Chosen {
  return { [CHOSEN]: true, status, data };
}

export const isChosen = (given: unknown): given is Chosen =>
  typeof given === 'object' && given !== null && CHOSEN in given;

/** One event of a stream: `yield event('added', shelf)`; `id` is what a reader resumes by. */
export const event = <K extends string, D>(name: K, data: D, id?: string) => ({
  event: name,
  data,
  ...(id !== undefined && { id }),
});
