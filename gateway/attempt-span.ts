import { beginAttemptSpan } from 'platform/http-spans';
import type { Span } from 'platform/tracing';

import type { HeaderFields } from './header-fields.ts';
import type { Exchange } from './message.ts';

type Sent = {
  /** Of the instance, `http://host:port`. */
  readonly origin: string;
  readonly path: string;
  /** Of the request as the instance gets it: what it does is a part of the attempt. */
  readonly headers: HeaderFields;
};

/** Begins the span of an attempt; undefined where the request is not recorded. */
export function beginAttempt({ request, match, trace }: Exchange, sent: Sent): Span | undefined {
  const parent = trace.span;
  if (parent === undefined) return undefined;
  const resends = attempts.get(parent) ?? 0;
  attempts.set(parent, resends + 1);
  const { method } = request;
  const { service } = match.route.upstream;
  const span = beginAttemptSpan(parent, { ...sent, method, service, resends });
  sent.headers['traceparent'] = span.headers.traceparent;
  return span;
}

/** How many there were for a request, whichever filter or rescue brought them about. */
const attempts = new WeakMap<Span, number>();
