import { type Balancer, createBalancer } from './balancer.ts';
import { createBulkhead } from './bulkhead.ts';
import { complaintAboutSettings } from './call-settings.ts';
import { createCircuitBreakers } from './circuit-breakers.ts';
import type { CallInput } from './client-arguments.ts';
import type { BegunCall, ObservedAttempt } from './client-attempts.ts';
import { type CallDeps, createCall } from './client-call.ts';
import type { RetriedReply } from './client-retries.ts';
import type { Transport } from './client-send.ts';
import type { Client, Fallbacks } from './client-types.ts';
import type { Contract } from './contract.ts';
import { type Discovery, fixedDiscovery } from './discovery.ts';
import type { RemoteError } from './remote-error.ts';
import { createRetryBudget } from './retry-budget.ts';

export type { ObservedAttempt } from './client-attempts.ts';
export type { CallOptions, Client } from './client-types.ts';

export type FeignOptions<C extends Contract> = {
  /** Where the instances are found by the contract's service name. */
  readonly discovery?: Discovery;
  /** Shared by clients of one process that are to know of each other's requests. */
  readonly balancer?: Balancer;
  /** Where we are ourselves: instances of this zone are preferred. A balancer knows its own. */
  readonly zone?: string | undefined;
  /** Instead of the network, such as the `fetch` of the app itself; needs no discovery then. */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  /** Per operation, or made from the error that is the reason for it. */
  readonly fallback?: Fallbacks<C> | ((error: RemoteError) => Fallbacks<C>);
  /** For one attempt, its reply read to the end; default 5 s. */
  readonly timeoutMs?: number;
  /** For a whole call; default 10 s, and never beyond the deadline of the request being handled. */
  readonly totalTimeoutMs?: number;
  /** Attempts after the first; default 2. */
  readonly retries?: number;
  /** Calls under way at a time, default 128; up to `waitingCalls`, default 512, wait for room. */
  readonly concurrentCalls?: number;
  readonly waitingCalls?: number;
  /** A read that has no answer after so long asks a second instance as well; default never. */
  readonly hedgeAfterMs?: number;
  /** Hears of every attempt when it is over: for figures, logs and traces. */
  readonly observe?: (attempt: ObservedAttempt) => void;
  /** Bodies of text longer than so many characters are sent packed; default never. */
  readonly gzipAbove?: number;
  /** Sent with an attempt, such as `authorization`; it is told which one that is. */
  readonly headers?: (attempt: BegunCall) => Readonly<Record<string, string>>;
  /** Whether a reply is worth another attempt; undefined where the usual rules are to decide. */
  readonly retryWhen?: (reply: RetriedReply) => boolean | undefined;
};

/**
 * A service as an object that is called like any other: finds its instances, spreads the calls,
 * tries again where that is safe, and gives typed, checked data or a `RemoteError`.
 */
export function feign<C extends Contract>(contract: C, options: FeignOptions<C>): Client<C> {
  const complaint = complaintAboutSettings(options);
  if (complaint) throw new Error(`Cannot make a client of ${contract.service}: ${complaint}`);
  const deps = callDeps(contract, options);
  const calls = Object.entries(contract.operations).map(
    ([name, operation]) => [name, createCall(name, operation, deps)] as const,
  );
  // A call's type follows from its operation's; a loop over all of them cannot say so.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(calls) as unknown as Client<C>;
}

const DEFAULTS = {
  timeoutMs: 5000,
  totalTimeoutMs: 10_000,
  retries: 2,
  concurrentCalls: 128,
  waitingCalls: 512,
  hedgeAfterMs: undefined,
  observe: undefined,
  retryWhen: undefined,
  gzipAbove: undefined,
  headers: () => ({}),
};

function callDeps<C extends Contract>({ service }: C, options: FeignOptions<C>): CallDeps {
  const { headers, timeoutMs, totalTimeoutMs, hedgeAfterMs, ...settings } = {
    ...DEFAULTS,
    ...options,
  };
  const { zone, balancer = createBalancer({ zone }), fallback = {} } = options;
  return {
    service,
    balancer,
    timeoutMs,
    totalTimeoutMs,
    hedgeAfterMs,
    retries: settings.retries,
    observe: settings.observe,
    retryWhen: settings.retryWhen,
    gzipAbove: settings.gzipAbove,
    breakers: createCircuitBreakers(),
    bulkhead: createBulkhead({
      concurrent: settings.concurrentCalls,
      waiting: settings.waitingCalls,
    }),
    budget: createRetryBudget(),
    extraHeaders: headers,
    fallbackFor(name, error) {
      const fallbacks = typeof fallback === 'function' ? fallback(error) : fallback;
      // eslint-disable-next-line typescript/no-unsafe-type-assertion -- as for the calls
      const chosen = (fallbacks as Record<string, OneFallback | undefined>)[name];
      return chosen && ((input) => chosen(input, error));
    },
    ...wayTo(service, options),
  };
}

type OneFallback = (input: CallInput, error: RemoteError) => unknown;

type Way = Pick<FeignOptions<Contract>, 'discovery' | 'fetch'>;

function wayTo(service: string, { discovery, fetch }: Way) {
  if (fetch) {
    const transport: Transport = (url, init) => fetch(new Request(url, init));
    return {
      transport,
      discovery: discovery ?? fixedDiscovery({ [service]: [`http://${service}`] }),
    };
  }
  if (discovery) return { transport: overNetwork(), discovery };
  throw new Error(`Cannot make a client of ${service}: neither 'discovery' nor 'fetch' is given`);
}

/** Gives up idle connections before the other side does, so that no request meets a closed one. */
function overNetwork(): Transport {
  const session = new Bun.FetchSession({ keepAlive: { idleTimeout: IDLE_CONNECTION_SECONDS } });
  return session.fetch;
}

const IDLE_CONNECTION_SECONDS = 60;
