import { exchange, type ExchangeDeps } from './client-exchange.ts';
import { brokenReplyError, statusError } from './client-failure.ts';
import { callLimits, type LimitDefaults } from './client-limits.ts';
import { readReply } from './client-reply.ts';
import { type CallInput, requestEncoder } from './client-request.ts';
import type { CallOptions } from './client-types.ts';
import type { Operation } from './contract.ts';
import type { Page } from './paging.ts';
import { RemoteError } from './remote-error.ts';

export type AnyFallback = (input: CallInput, error: RemoteError) => unknown;

/** What all calls of one client share. */
export type CallDeps = Omit<ExchangeDeps, 'operation'> &
  LimitDefaults & {
    readonly fallbackFor: (operation: string, error: RemoteError) => AnyFallback | undefined;
  };

/** One operation as a function, with its variants `.reply`, `.find` and `.pages`. */
export function createCall(name: string, operation: Operation, deps: CallDeps) {
  const receive = createReceiver(name, operation, deps);

  const orFallback = async (result: Promise<unknown>, input: CallInput) => {
    try {
      return await result;
    } catch (error) {
      if (!isUnavailability(error)) throw error;
      const fallback = deps.fallbackFor(name, error);
      if (fallback === undefined) throw error;
      return await fallback(input, error);
    }
  };
  const succeed = async (input: CallInput, options: CallOptions, none?: 404) => {
    const { status, data, raw, kind } = await receive(input, options);
    if (kind === 'success') return data;
    if (status === none) return null;
    throw statusError({ service: deps.service, operation: name }, raw);
  };
  const call = (input: CallInput = {}, options: CallOptions = {}) =>
    orFallback(succeed(input, options), input);

  return Object.assign(call, {
    find: (input: CallInput = {}, options: CallOptions = {}) =>
      orFallback(succeed(input, options, 404), input),
    reply: async (input: CallInput = {}, options: CallOptions = {}) => {
      const { status, data, raw } = await receive(input, options);
      return { status, data, headers: raw.headers };
    },
    pages: (input: CallInput = {}, options: CallOptions = {}) =>
      eachPage((page) => call({ ...input, page }, options), Number(input['page'] ?? 0)),
  });
}

/** Sends a call and gives whichever declared reply it got; throws for anything else. */
function createReceiver(operation: string, definition: Operation, deps: CallDeps) {
  const encodeRequest = requestEncoder(definition);
  const call = { service: deps.service, operation };
  const exchangeDeps = { ...deps, operation };
  const defaults = { ...deps, timeoutMs: definition.timeoutMs ?? deps.timeoutMs };

  return async (input: CallInput, options: CallOptions) => {
    const request = encodeRequest(input);
    const limits = callLimits(request.method, options, defaults);
    const raw = await exchange(request, limits, exchangeDeps);
    const read = readReply(definition, raw);
    if (read.kind === 'broken') throw brokenReplyError(call, raw, read.reason);
    if (read.kind === 'undeclared') throw statusError(call, raw);
    return { ...read, raw };
  };
}

/** A clear answer is none, whatever it says. */
function isUnavailability(error: unknown): error is RemoteError {
  if (!(error instanceof RemoteError)) return false;
  const { failure, status = 0 } = error;
  return failure === 'status' ? status >= 500 : failure !== 'aborted';
}

async function* eachPage(
  read: (page: number) => Promise<unknown>,
  first: number,
): AsyncGenerator<Page<unknown>> {
  for (let page = first; ; page += 1) {
    // Only operations that give pages have `.pages`, by their type.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    const current = (await read(page)) as Page<unknown>;
    yield current;
    if (isLast(current)) return;
  }
}

function isLast({ items, page, size, total, totalIsExact }: Page<unknown>): boolean {
  return items.length < size || (totalIsExact && (page + 1) * size >= total);
}
