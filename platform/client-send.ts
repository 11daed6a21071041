import type { Outcome, Pick } from './balancer.ts';
import type { PreparedRequest } from './client-request.ts';
import { Problem } from './contract.ts';
import type { Instance } from './instance.ts';
import { isRefused, networkCode } from './network-error.ts';
import { isAboutDependency } from './remote-error.ts';
import type { Span } from './tracing.ts';

/** A reply that was read to its end. */
export type RawReply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly response: Response;
};

/** How sending a request to one instance ended. */
export type Sent = {
  /** Whether it counts against the instance's circuit. */
  readonly isBreaking: boolean;
} & (
  | { readonly reply: RawReply }
  | { readonly reply: undefined; readonly error: unknown; readonly outcome: Outcome }
);

/** Sends a request; the default is Bun's `fetch`, `app.fetch` of a Hono app needs no socket. */
export type Transport = (url: string, init: RequestInit) => Response | Promise<Response>;

/** What belongs to the call for which a request is sent. */
export type Sender = {
  /** The caller's own, to tell its leaving from an attempt that took too long. */
  readonly callerSignal: AbortSignal | undefined;
  /** Of what the call is a part, if that is being recorded. */
  readonly span?: Span | undefined;
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

/** Sends a request to the instance that was picked, reads the reply and reports how it went. */
export async function send(
  request: PreparedRequest,
  { instance, done }: Pick,
  signal: AbortSignal,
  transport: Transport,
  { callerSignal, headers }: Sender,
  begin: (instance: Instance) => BegunAttempt,
): Promise<Sent> {
  const attempt = begin(instance);
  const finish = (outcome: Outcome, what: string) => {
    done(outcome, what);
    attempt.end(what);
  };
  try {
    const response = await transport(instance.url + request.path, {
      method: request.method,
      headers: Object.assign(headers(), attempt.headers, request.headers),
      body: request.body,
      signal,
      redirect: 'manual',
    });
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, response };
    const isItsFault = reply.status >= 500 && !isAboutDependency(problemOf(reply));
    finish(isItsFault ? 'failed' : 'success', String(reply.status));
    // A 500 is prompt and speaks of one operation; the others may be well.
    return { reply, isBreaking: isItsFault && reply.status !== 500 };
  } catch (error) {
    const isAbort = callerSignal?.aborted === true || signal.reason === LEFT_BEHIND;
    const outcome = isAbort ? 'aborted' : isRefused(error) ? 'refused' : 'failed';
    finish(outcome, isAbort ? outcome : nameOf(error, signal));
    return { reply: undefined, error, outcome, isBreaking: outcome === 'failed' };
  }
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
