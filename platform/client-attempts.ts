import { type Balancer, instanceKey, type Outcome, type Pick } from './balancer.ts';
import type { PreparedRequest } from './client-request.ts';
import { Problem } from './contract.ts';
import type { Discovery, Instance } from './discovery.ts';
import { isRefused, networkCode } from './network-error.ts';
import { type Attempt, isAboutDependency } from './remote-error.ts';

/** A reply that was read to its end. */
export type RawReply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly response: Response;
};

/** Sends a request; the default is Bun's `fetch`, `app.fetch` of a Hono app needs no socket. */
export type Transport = (url: string, init: RequestInit) => Response | Promise<Response>;

export type AttemptDeps = {
  readonly service: string;
  readonly discovery: Discovery;
  readonly balancer: Balancer;
  readonly transport: Transport;
  readonly zone?: string | undefined;
  /** The caller's own, to tell its leaving from an attempt that took too long. */
  readonly callerSignal: AbortSignal | undefined;
  /** Headers that may change from one attempt to the next, such as the time that is left. */
  readonly headers: () => Record<string, string>;
};

/** The attempts of one call. */
export type Attempts = {
  /** Sends the request to an instance that was not tried yet; throws what `fetch` threw. */
  readonly next: (signal: AbortSignal) => Promise<RawReply>;
  readonly made: readonly Attempt[];
  /** Whether there is an instance that was not tried yet. */
  readonly hasUntried: () => boolean;
};

/** Nobody to send the request to. */
export class NoInstanceError extends Error {}

/**
 * An instance that refuses the connection costs nothing but the try: the next one is asked within
 * the same attempt, without a wait, until nobody is left.
 */
export function createAttempts(request: PreparedRequest, deps: AttemptDeps): Attempts {
  const { service, discovery, balancer, zone } = deps;
  const tried = new Set<string>();
  const made: Attempt[] = [];
  const isUntried = (instance: Instance) => !tried.has(instanceKey(instance));

  const pickNext = (): Pick | undefined => {
    const pick = balancer.pick(discovery.instances(service), { exclude: tried, zone });
    if (pick) tried.add(instanceKey(pick.instance));
    return pick;
  };

  return {
    made,
    hasUntried: () => discovery.instances(service).some(isUntried),
    async next(signal) {
      if (discovery.instances(service).length === 0) await discovery.ready();
      // Once everybody was asked, the round begins anew.
      if (!discovery.instances(service).some(isUntried)) tried.clear();
      let refusal: unknown;
      for (let pick = pickNext(); pick !== undefined; pick = pickNext()) {
        try {
          return await send(request, pick, signal, deps, made);
        } catch (error) {
          if (!isRefused(error) || signal.aborted) throw error;
          refusal = error;
        }
      }
      throw refusal ?? new NoInstanceError(`No instance of '${service}' is known`);
    },
  };
}

async function send(
  { method, path, headers, body }: PreparedRequest,
  { instance, done }: Pick,
  signal: AbortSignal,
  { transport, callerSignal, headers: extraHeaders }: AttemptDeps,
  made: Attempt[],
): Promise<RawReply> {
  const startedMs = performance.now();
  const note = (outcome: string) => {
    made.push({ instance: instance.url, outcome, durationMs: performance.now() - startedMs });
  };
  try {
    const response = await transport(instance.url + path, {
      method,
      headers: { ...headers, ...extraHeaders() },
      body,
      signal,
      redirect: 'manual',
    });
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, response };
    note(String(reply.status));
    done(isUnwell(reply) ? 'failed' : 'success');
    return reply;
  } catch (error) {
    const isAbort = callerSignal?.aborted === true;
    note(isAbort ? 'aborted' : signal.aborted ? 'timeout' : networkCode(error) || String(error));
    done(isAbort ? 'aborted' : outcomeOf(error));
    throw error;
  }
}

const outcomeOf = (error: unknown): Outcome => (isRefused(error) ? 'refused' : 'failed');

/** Whether a reply says that this instance is unwell, rather than one that it needs. */
export function isUnwell(reply: RawReply): boolean {
  return reply.status >= 500 && !isAboutDependency(problemOf(reply));
}

export function problemOf({ text, headers }: RawReply): Problem | undefined {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
