import type { Outcome, Pick } from './balancer.ts';
import type { PreparedRequest } from './client-request.ts';
import { lifetimeOf, type OpenStream, openStream } from './client-stream.ts';
import { Problem } from './contract.ts';
import type { Instance } from './instance.ts';
import { isRefused, networkCode } from './network-error.ts';
import { isAboutDependency } from './remote-error.ts';
import type { Span } from './tracing.ts';

/** A reply that was read to its end, or is to be read as a stream. */
export type RawReply = {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for a stream. */
  readonly text: string;
  readonly stream?: OpenStream;
  readonly response: Response;
};

/** How sending a request to one instance ended. */
export type Sent = {
  /** Whether it counts against the instance's circuit. */
  readonly isBreaking: boolean;
} & ({ readonly reply: RawReply } | Unanswered);
export type Unanswered = {
  readonly reply: undefined;
  readonly error: unknown;
  readonly outcome: Outcome;
};

/** Sends a request; the default is Bun's `fetch`, `app.fetch` of a Hono app needs no socket. */
export type Transport = (url: string, init: RequestInit) => Response | Promise<Response>;

/** What belongs to the call for which a request is sent. */
export type Sender = {
  /** The caller's own, to tell its leaving from an attempt that took too long. */
  readonly callerSignal: AbortSignal | undefined;
  /** Of what the call is a part, if that is being recorded. */
  readonly span?: Span | undefined;
  /** How long a stream may say nothing. */
  readonly silenceMs: number;
  /** Headers that may change from one attempt to the next, such as the time that is left. */
  readonly headers: () => Record<string, string>;
};

/** An attempt that is being made. */
export type BegunAttempt = {
  /** Those by which the other side knows of what it is a part, where that is recorded. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** To be called once, with a status or, in a word, why there is none. */
  readonly end: (outcome: string) => void;
};

/**
 * Sends a request to the instance that was picked, reads the reply and reports how it went; of a
 * stream, once it has ended.
 */
export async function send(
  request: PreparedRequest,
  { instance, done }: Pick,
  signal: AbortSignal,
  transport: Transport,
  sender: Sender,
  begin: (instance: Instance) => BegunAttempt,
): Promise<Sent> {
  const attempt = begin(instance);
  const finish = (outcome: Outcome, what: string) => {
    done(outcome, what);
    attempt.end(what);
  };
  try {
    const reply = await receive({
      request,
      address: instance.url,
      signal,
      transport,
      sender,
      attempt,
      over: finish,
    });
    if (reply.stream) return { reply, isBreaking: false };
    const isItsFault = reply.status >= 500 && !isAboutDependency(problemOf(reply));
    finish(isItsFault ? 'failed' : 'success', String(reply.status));
    // A 500 is prompt and speaks of one operation; the others may be well.
    return { reply, isBreaking: isItsFault && reply.status !== 500 };
  } catch (error) {
    const isAbort = sender.callerSignal?.aborted === true || signal.reason === LEFT_BEHIND;
    const outcome = isAbort ? 'aborted' : outcomeOf(error);
    finish(outcome, isAbort ? outcome : nameOf(error, signal));
    return { reply: undefined, error, outcome, isBreaking: outcome === 'failed' };
  }
}

const outcomeOf = (error: unknown): Outcome => (isRefused(error) ? 'refused' : 'failed');

type Receiving = {
  readonly request: PreparedRequest;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly transport: Transport;
  readonly sender: Sender;
  readonly attempt: BegunAttempt;
  readonly over: (outcome: Outcome, what: string) => void;
};

/** The reply, read to its end unless it is a stream. */
async function receive(receiving: Receiving): Promise<RawReply> {
  const { request, address, signal, transport, sender, attempt, over } = receiving;
  const { method, path, body, isStreamed } = request;
  const life = isStreamed ? lifetimeOf(signal) : undefined;
  const response = await transport(address + path, {
    method,
    headers: Object.assign(sender.headers(), attempt.headers, request.headers),
    body,
    signal: life?.signal ?? signal,
    redirect: 'manual',
  });
  life?.begun();
  if (life && response.status < 300)
    return replyOf(response, '', openStream(response, { ...sender, over }));
  return replyOf(response, await response.text());
}

function replyOf(response: Response, text: string, stream?: OpenStream): RawReply {
  const { status, headers } = response;
  return { status, headers, text, response, ...(stream && { stream }) };
}

const nameOf = (error: unknown, signal: AbortSignal): string =>
  signal.aborted ? 'timeout' : networkCode(error) || String(error);

/** The reason with which a request is ended whose answer another one gave first. */
export const LEFT_BEHIND = new Error('Another instance answered first');

export function problemOf({ text, headers }: RawReply): Problem | undefined {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
