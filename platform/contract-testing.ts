import type { App } from './app.ts';
import { type Contract, type JsonReply, type Operation, Problem, type Reply } from './contract.ts';
import { impliedProblems } from './implied-problems.ts';
import { isStream, mediaTypeOf } from './operation-parts.ts';

export type SentRequest = {
  readonly body?: unknown;
  readonly ifMatch?: string | number;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text of any other type; undefined when there was none. */
  // A test looks into whatever came; its expectations are the check.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly body: any;
};
export type StatusRecorder = {
  /** Sends `send('PUT /customers/1', { body, ifMatch: 3 })` to the app, and checks the reply. */
  readonly send: (line: string, request?: SentRequest) => Promise<Answer>;
  /** The same for a request made by hand. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** What the contract, or some of it, declares and no request has produced yet: `update 412`. */
  readonly missingStatuses: (of?: Contract) => string[];
};

/**
 * Watches a test run: an answer that the contract does not declare, or that is not of the form it
 * declares, throws; what it declares and nothing produced is listed at the end.
 */
export function recordStatuses(app: App, contract: Contract): StatusRecorder {
  const seen = new Set<string>();
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await app.request(path, init);
    const found = operationAt(contract, init.method ?? 'GET', path);
    if (found === undefined) return response;
    const isOpen = isStream(found.operation.responses[response.status]);
    // A stream may have no end, and is read by who asked for it.
    await checkReply(found, isOpen ? new Response(null, response) : response.clone());
    seen.add(`${found.name} ${response.status}`);
    return response;
  };
  return {
    request,
    async send(line, sent = {}) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const response = await request(path, { method, ...initOf(sent) });
      const text = await response.text();
      const body: unknown = text === '' ? undefined : isJson(response) ? JSON.parse(text) : text;
      return { status: response.status, headers: response.headers, body };
    },
    missingStatuses: (of = contract) =>
      Object.entries(of.operations).flatMap(([name, operation]) =>
        declaredStatuses(operation)
          .map((status) => `${name} ${status}`)
          .filter((outcome) => !seen.has(outcome)),
      ),
  };
}

/** Some operations of a contract, for tests that are about these alone. */
export function only(contract: Contract, ...names: readonly string[]): Contract {
  const operations = Object.entries(contract.operations).filter(([name]) => names.includes(name));
  if (operations.length < names.length) throw new Error(`Cannot find all of ${names.join(', ')}`);
  return { ...contract, operations: Object.fromEntries(operations) };
}

/** Every status that an operation declares, by itself or by what it takes, lowest first. */
export function declaredStatuses(operation: Operation): number[] {
  const declared = Object.keys(operation.responses).map(Number);
  return [...new Set([...declared, ...impliedProblems(operation)])].toSorted((a, b) => a - b);
}

type Found = { readonly name: string; readonly operation: Operation };

function operationAt({ operations }: Contract, method: string, path: string): Found | undefined {
  const { pathname } = new URL(path, 'http://localhost');
  const found = Object.entries(operations).find(
    ([, operation]) =>
      operation.method === method.toLowerCase() && templateOf(operation.path).test(pathname),
  );
  return found && { name: found[0], operation: found[1] };
}

const templateOf = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** What is looked at of a response; a clone has another type than its original. */
type Reading = Pick<Response, 'status' | 'text'> & { readonly headers: Pick<Headers, 'get'> };

async function checkReply({ name, operation }: Found, response: Reading): Promise<void> {
  const { status } = response;
  if (!declaredStatuses(operation).includes(status)) {
    throw new Error(`${name} answered ${status}, undeclared: ${await response.text()}`);
  }
  const complaint = await complaintAbout(operation.responses[status], response);
  if (complaint !== undefined) throw new Error(`${name} answered ${status} ${complaint}`);
}

async function complaintAbout(
  reply: Reply = { kind: 'problem' },
  response: Reading,
): Promise<string | undefined> {
  const text = await response.text();
  const { headers } = response;
  if (reply.kind === 'empty') return text === '' ? undefined : 'with a body';
  if (reply.kind === 'problem') return complaintAboutProblem(text, response, reply.current);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (type !== mediaTypeOf(reply)) return `that is '${type}'`;
  return reply.kind === 'json' ? complaintAboutHeaders(reply, headers) : undefined;
}

function complaintAboutHeaders(reply: JsonReply, headers: Reading['headers']): string | undefined {
  if (reply.etag && headers.get('etag') === null) return 'without an ETag';
  return reply.location !== undefined && headers.get('location') === null
    ? 'without a Location'
    : undefined;
}

function complaintAboutProblem(
  text: string,
  { status, headers }: Reading,
  current: unknown,
): string | undefined {
  if (headers.get('content-type') !== 'application/problem+json') return 'that is not a problem';
  const body = Problem.parse(JSON.parse(text));
  if (body.status !== status) return `with a problem that says ${body.status}`;
  if (!body.type.startsWith('/problems/')) return `with a problem of type '${body.type}'`;
  if (status === 422 && !body.errors?.length && body.type === '/problems/invalid-request') {
    return 'without an entry per field';
  }
  return current !== undefined && !('current' in body) ? 'without the current state' : undefined;
}

const isJson = ({ headers }: Reading): boolean =>
  /^application\/(problem\+)?json/.test(headers.get('content-type') ?? '');

function initOf({ body, ifMatch, idempotencyKey, headers }: SentRequest): RequestInit {
  return {
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined
        ? {}
        : { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
  };
}
