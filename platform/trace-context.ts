export type TraceHeaders = {
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly baggage?: string;
};

/** One trace as it passes through a request: its id, and the headers that calls take along. */
export type Trace = {
  readonly traceId: string;
  /** Those of W3C's Trace Context; `tracestate` and `baggage` where they came in. */
  readonly headers: TraceHeaders;
};

/** The span above ours as `traceparent` names it: 32, 16 and 2 hex digits. */
export type RemoteParent = {
  readonly traceId: string;
  readonly spanId: string;
  /** The lowest bit asks for the trace to be recorded. */
  readonly flags: string;
};

/**
 * The trace that came with a request, passed on as it came, as those do who record no span of their
 * own; a new one when there is none or it is malformed.
 */
export function readTrace(headers: Headers): Trace {
  const traceparent = headers.get('traceparent');
  const parent = readTraceparent(traceparent);
  if (parent === undefined || traceparent === null) return newTrace(baggageOf(headers));
  const tracestate = headers.get('tracestate');
  return {
    traceId: parent.traceId,
    headers: { traceparent, ...(tracestate === null ? {} : { tracestate }), ...baggageOf(headers) },
  };
}

/** A trace that begins here. */
export function newTrace(baggage?: Baggage): Trace {
  const traceId = randomHex(16);
  const traceparent = `00-${traceId}-${randomHex(8)}-01`;
  return { traceId, headers: baggage ? { traceparent, ...baggage } : { traceparent } };
}

/** W3C Trace Context §3.2: of a version to come only what is known of it is read. */
export function readTraceparent(header: string | null): RemoteParent | undefined {
  const [match, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(header ?? '') ?? [];
  return match === undefined ? undefined : { traceId, spanId, flags };
}

/** Neither version ff nor ids of nothing but zeros; version 00 has 55 characters and no more. */
const TRACEPARENT =
  /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** What applications tell each other along the way, whether or not there is a trace. */
export type Baggage = Pick<TraceHeaders, 'baggage'>;

export function baggageOf(headers: Headers): Baggage {
  const baggage = headers.get('baggage');
  return baggage === null ? {} : { baggage };
}

/** Digits are drawn many at a time: each draw by itself costs ten times as much. */
function randomHex(bytes: number): string {
  if (drawnUpTo + bytes * 2 > drawn.length) {
    drawn = crypto.getRandomValues(DRAW).toHex();
    drawnUpTo = 0;
  }
  const start = drawnUpTo;
  drawnUpTo += bytes * 2;
  return drawn.slice(start, drawnUpTo);
}

const DRAW = new Uint8Array(4096);
let drawn = '';
let drawnUpTo = 0;
