import type { Span, Tracer } from './tracing.ts';

/**
 * Spans of requests, by the stable names of OpenTelemetry's conventions for HTTP. What stands behind
 * the `?` of an address stays out: people search for people.
 */
export function beginServerSpan(tracer: Tracer, { method, url, headers }: Request): Span {
  const { protocol, hostname, port, pathname } = new URL(url);
  const agent = headers.get('user-agent');
  const start = {
    name: method,
    kind: 'server',
    attributes: {
      'http.request.method': method,
      'url.scheme': protocol.slice(0, -1),
      'url.path': pathname,
      'server.address': hostname,
      ...(port === '' ? {} : { 'server.port': Number(port) }),
      ...(agent === null ? {} : { 'user_agent.original': agent }),
    },
  } as const;
  return tracer.begin(start, headers);
}

type Served = {
  readonly method: string;
  readonly status: number;
  /** The template of the path; undefined where none fits. */
  readonly route?: string | undefined;
};

/** Its end, when the head of the reply is known. Only a 5xx is an error of who serves. */
export function endServerSpan(span: Span, { method, status, route }: Served): void {
  const isError = status >= 500;
  span.end({
    name: route === undefined ? method : `${method} ${route}`,
    attributes: {
      'http.response.status_code': status,
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(isError ? { 'error.type': String(status) } : {}),
    },
    isError,
  });
}

type Sent = {
  readonly method: string;
  /** Of the instance, `http://host:port`. */
  readonly origin: string;
  readonly path: string;
  /** The path with its parameters left open. */
  readonly template?: string;
  /** The name of who is called. */
  readonly service: string;
  /** How often it was sent before, to others most likely. */
  readonly resends: number;
};

/** One attempt to get a reply from one instance. */
export function beginAttemptSpan(parent: Span, sent: Sent): Span {
  const { method, origin, path, template, service, resends } = sent;
  const { protocol, hostname, port } = new URL(origin);
  const [pathname] = path.split('?', 1);
  return parent.begin({
    name: template === undefined ? method : `${method} ${template}`,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'url.full': `${origin}${pathname}`,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'service.peer.name': service,
      ...(template === undefined ? {} : { 'url.template': template }),
      ...(resends > 0 ? { 'http.request.resend_count': resends } : {}),
    },
  });
}

/** Its end: a status, or in a word why there is none. To whom it was sent, a 4xx is an error too. */
export function endAttemptSpan(span: Span, outcome: number | string): void {
  const isError = typeof outcome === 'string' || outcome >= 400;
  span.end({
    attributes: {
      ...(typeof outcome === 'number' ? { 'http.response.status_code': outcome } : {}),
      ...(isError ? { 'error.type': String(outcome) } : {}),
    },
    isError,
  });
}
