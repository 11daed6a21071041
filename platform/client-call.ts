import type { CallInput } from './client-arguments.ts';
import { exchange, type ExchangeDeps } from './client-exchange.ts';
import { brokenReplyError, statusError, streamError } from './client-failure.ts';
import { callLimits, type LimitDefaults } from './client-limits.ts';
import { readReply } from './client-reply.ts';
import { requestEncoder } from './client-request.ts';
import { wholeReaders } from './client-stream-reply.ts';
import type { CallOptions } from './client-types.ts';
import type { Operation } from './contract.ts';
import { isStream, successReplies } from './operation-parts.ts';
import type { Page } from './paging.ts';
import { RemoteError } from './remote-error.ts';

export type AnyFallback = (input: CallInput) => unknown;

/** What all calls of one client share. */
export type CallDeps = Omit<ExchangeDeps, 'operation' | 'template'> &
  LimitDefaults & {
    /** Texts longer than so many characters are packed. */
    readonly gzipAbove?: number | undefined;
    readonly fallbackFor: (operation: string, error: RemoteError) => AnyFallback | undefined;
  };

/**
 * One operation as a function, with its variants `.reply`, `.find` and `.pages`. A stream is opened
 * by whoever begins to read it.
 */
export function createCall(name: string, operation: Operation, deps: CallDeps) {
  // Most clients call few of their operations: what a call needs is made for the first one.
  let receiver: Receiver | undefined;
  const receive: Receiver = (input, options) =>
    (receiver ??= createReceiver(name, operation, deps))(input, options);

  const succeed = async (input: CallInput, options: CallOptions, none?: 404) => {
    try {
      const { read, exchanged } = await receive(input, options);
      if (read.kind === 'success') return read.data;
      if (read.status === none) return null;
      throw statusError({ service: deps.service, operation: name }, exchanged);
    } catch (error) {
      const fallback = isUnavailability(error) ? deps.fallbackFor(name, error) : undefined;
      if (fallback === undefined) throw error;
      return await fallback(input);
    }
  };
  const call = (input: CallInput = {}, options: CallOptions = {}) => succeed(input, options);
  const isStreamed = successReplies(operation).some(({ reply }) => isStream(reply));
  const stream = (input?: CallInput, options?: CallOptions) =>
    wholeReaders(() => readLate(() => call(input, options)));

  return Object.assign(isStreamed ? stream : call, {
    find: (input: CallInput = {}, options: CallOptions = {}) => succeed(input, options, 404),
    reply: async (input: CallInput = {}, options: CallOptions = {}) => {
      const { read, exchanged } = await receive(input, options);
      return { status: read.status, data: read.data, headers: exchanged.reply.headers };
    },
    pages: (input: CallInput = {}, options: CallOptions = {}) =>
      eachPage((page) => succeed({ ...input, page }, options), Number(input['page'] ?? 0)),
  });
}

async function* readLate(open: () => Promise<unknown>): AsyncGenerator<Uint8Array> {
  // What is iterated is what the operation's type says.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  yield* (await open()) as AsyncIterable<Uint8Array>;
}

type Receiver = ReturnType<typeof createReceiver>;

/** Sends a call and gives whichever declared reply it got; throws for anything else. */
function createReceiver(operation: string, definition: Operation, deps: CallDeps) {
  const encodeRequest = requestEncoder(definition, deps);
  const call = { service: deps.service, operation };
  const { path: template, retries = deps.retries } = definition;
  const exchangeDeps = { ...deps, operation, template, retries };
  const { timeoutMs = deps.timeoutMs } = definition;
  const isEvents = successReplies(definition).some(({ reply }) => reply.kind === 'events');
  const defaults = { ...deps, timeoutMs, silenceMs: isEvents ? EVENT_SILENCE_MS : timeoutMs };

  return async (input: CallInput, options: CallOptions) => {
    const request = encodeRequest(input);
    const limits = callLimits(request, options, defaults);
    const exchanged = await exchange(request, limits, exchangeDeps);
    const read = readReply(definition, exchanged.reply, (error, problem) =>
      streamError(call, exchanged, error, problem),
    );
    if (read.kind !== 'success') await exchanged.reply.stream?.leave();
    if (read.kind === 'broken') throw brokenReplyError(call, exchanged, read.reason);
    if (read.kind === 'undeclared') throw statusError(call, exchanged);
    return { read, exchanged };
  };
}

/** Our servers send a comment every fifteen seconds, and so does whoever follows the standard. */
const EVENT_SILENCE_MS = 60_000;

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
