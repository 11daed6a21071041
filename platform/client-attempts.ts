import { type Balancer, instanceKey, type Pick } from './balancer.ts';
import type { CircuitBreakers } from './circuit-breakers.ts';
import type { PreparedRequest } from './client-request.ts';
import {
  type BegunAttempt,
  type RawReply,
  send,
  type Sender,
  type Transport,
  type Unanswered,
} from './client-send.ts';
import type { Discovery, Instance } from './discovery.ts';
import { beginAttemptSpan, endAttemptSpan } from './http-spans.ts';
import type { Attempt } from './remote-error.ts';

export type AttemptDeps = {
  readonly transport: Transport;
  readonly service: string;
  readonly discovery: Discovery;
  readonly balancer: Balancer;
  readonly breakers: CircuitBreakers;
  readonly operation: string;
  /** The operation's path with its parameters left open. */
  readonly template: string;
  readonly observe?: ((attempt: ObservedAttempt) => void) | undefined;
  readonly extraHeaders: (attempt: BegunCall) => Readonly<Record<string, string>>;
};

/** An attempt that is about to be made. */
export type BegunCall = {
  readonly service: string;
  readonly operation: string;
  /** The address of the instance. */
  readonly instance: string;
  /** 1 for the first of a call. */
  readonly number: number;
};

/** An attempt that is over. */
export type ObservedAttempt = Attempt & BegunCall;

/** The attempts of one call. */
export type Attempts = {
  /** Sends the request to an instance that was not tried yet; throws what `fetch` threw. */
  readonly next: (signal: AbortSignal) => Promise<RawReply>;
  /** Those made so far; one that is under way has the outcome given. */
  readonly made: (pendingOutcome: string) => Attempt[];
  /** Whether there is an instance that was not tried yet. */
  readonly hasUntried: () => boolean;
};

/** Nobody to send the request to. */
export class NoInstanceError extends Error {}

/**
 * An instance that refuses the connection costs nothing but the try: the next one is asked within
 * the same attempt, without a wait, until nobody is left. So is the next one for an instance whose
 * circuit is open.
 */
export function createAttempts(
  request: PreparedRequest,
  sender: Sender,
  deps: AttemptDeps,
): Attempts {
  const { service, discovery, balancer, breakers, transport } = deps;
  const tried = new Set<string>();
  const begun: Begun[] = [];
  const begin = ({ url }: Instance): BegunAttempt => {
    const attempt: Begun = { instance: url, startedMs: performance.now() };
    const number = begun.push(attempt);
    const { operation, template, observe, extraHeaders } = deps;
    const resends = number - 1;
    const span =
      sender.span &&
      beginAttemptSpan(sender.span, { ...request, origin: url, template, service, resends });
    return {
      headers: { ...span?.headers, ...extraHeaders({ service, operation, instance: url, number }) },
      end(outcome) {
        attempt.outcome = outcome;
        attempt.endedMs = performance.now();
        observe?.({ service, operation, number, ...finished(attempt, outcome) });
        if (span) endAttemptSpan(span, /^\d+$/.test(outcome) ? Number(outcome) : outcome);
      },
    };
  };
  const isUntried = (instance: Instance) => !tried.has(instanceKey(instance));

  const pickNext = (): Pick | undefined => {
    const pick = balancer.pick(discovery.instances(service), { exclude: tried });
    if (pick) tried.add(instanceKey(pick.instance));
    return pick;
  };

  return {
    made: (pendingOutcome) => begun.map((attempt) => finished(attempt, pendingOutcome)),
    hasUntried: () => discovery.instances(service).some(isUntried),
    async next(signal) {
      if (discovery.instances(service).length === 0) await discovery.ready();
      // Once everybody was asked, the round begins anew.
      if (!discovery.instances(service).some(isUntried)) tried.clear();
      let refusal: unknown;
      for (let pick = pickNext(); pick !== undefined; pick = pickNext()) {
        const { instance, done } = pick;
        const sending = pick;
        const sent = await breakers.run(instance, () =>
          send(request, sending, signal, transport, sender, begin),
        );
        if (sent === undefined) {
          done('aborted');
          refusal = new NoInstanceError(`Every instance of '${service}' failed a moment ago`);
          continue;
        }
        if (sent.reply) return sent.reply;
        if (signal.aborted || !mayGoElsewhere(sent, request)) throw sent.error;
        refusal = sent.error;
      }
      throw refusal ?? new NoInstanceError(`No instance of '${service}' is known`);
    },
  };
}

/** Nothing was sent, and the body is still there to be sent. */
const mayGoElsewhere = (sent: Unanswered, { isReplayable }: PreparedRequest): boolean =>
  sent.outcome === 'refused' && isReplayable;

type Begun = {
  readonly instance: string;
  readonly startedMs: number;
  endedMs?: number;
  outcome?: string;
};

function finished(attempt: Begun, pendingOutcome: string): Attempt {
  const { instance, startedMs, endedMs = performance.now(), outcome = pendingOutcome } = attempt;
  return { instance, outcome, durationMs: endedMs - startedMs };
}
