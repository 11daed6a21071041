import type { Operation, Operations, Reply, Schema } from './contract.ts';
import { oneWayPart } from './one-way.ts';
import { isStream, pathParameters, successReplies } from './operation-parts.ts';
import { complaintAboutParameters } from './parameter-check.ts';
import { keysOf } from './schema-shape.ts';

/** What is wrong with an operation, in words that say where; undefined when nothing is. */
export function complaintAbout(operation: Operation): string | undefined {
  return (
    complaintAboutPath(operation.path) ??
    complaintAboutBody(operation) ??
    complaintAboutReplies(operation) ??
    complaintAboutSchemas(operation) ??
    complaintAboutParameters(operation)
  );
}

/** The first operation that is never reached, since an earlier one takes its requests. */
export function complaintAboutOrder(operations: Operations): string | undefined {
  const earlier = new Map<string, Route[]>();
  for (const [name, { method, path }] of Object.entries(operations)) {
    const segments = path.split('/');
    const key = `${method} ${segments.length}`;
    const others = earlier.get(key) ?? [];
    const taker = others.find((other) => takesAllOf(other.segments, segments));
    if (taker) return `${name}: ${taker.name} takes '${path}' first, so that it is never reached`;
    others.push({ name, segments });
    earlier.set(key, others);
  }
  return undefined;
}

type Route = { readonly name: string; readonly segments: readonly string[] };

function takesAllOf(segments: readonly string[], others: readonly string[]): boolean {
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index] ?? '';
    if (segment !== others[index] && !segment.startsWith('{')) return false;
  }
  return true;
}

function complaintAboutPath(path: string): string | undefined {
  if (/^(\/([^/{}]+|\{\w+\}))+$|^\/$/.test(path)) return undefined;
  return `path '${path}' is not made of '/', whole words and {parameters}`;
}

function complaintAboutBody({ method, request }: Operation): string | undefined {
  const { body, idempotencyKey } = request ?? {};
  if (body === undefined) return undefined;
  if (method === 'get' || method === 'delete') return `a ${method.toUpperCase()} has no body`;
  const isComparable = body.kind !== 'bytes' && body.kind !== 'multipart';
  return idempotencyKey && !isComparable
    ? `an idempotencyKey needs a body that can be compared, not ${body.kind}`
    : undefined;
}

function complaintAboutReplies(operation: Operation): string | undefined {
  const successes = successReplies(operation);
  if (successes.length === 0) return 'no reply below 300 is declared';
  if (successes.length > 1 && successes.some(({ reply }) => isStream(reply)))
    return 'a stream is the only reply below 300, since nobody could tell them apart';
  for (const [status, reply] of Object.entries(operation.responses)) {
    const complaint = complaintAboutReply(Number(status), reply, operation);
    if (complaint !== undefined) return `${status} ${complaint}`;
  }
  return undefined;
}

function complaintAboutReply(
  status: number,
  reply: Reply,
  operation: Operation,
): string | undefined {
  if (status < 200 || (status >= 300 && status < 400)) return 'is no status that a service answers';
  if (status < 300 && reply.kind === 'problem') return 'is a problem';
  if (status >= 300 && reply.kind !== 'problem') return 'is no problem';
  if (BODILESS.has(status) && reply.kind !== 'empty') return 'has no body';
  return complaintAboutNames(reply, operation);
}

const BODILESS = new Set([204, 205]);

/** What a reply says of its events, its fields or the operation's parameters. */
function complaintAboutNames(reply: Reply, { request }: Operation): string | undefined {
  switch (reply.kind) {
    case 'events':
      return 'problem' in reply.events
        ? "/problem: the event 'problem' is how a stream tells of its failure"
        : undefined;
    case 'json':
      return unknownName(reply.location, keysOf(reply.schema), 'location');
    case 'text':
    case 'bytes': {
      const names = [...keysOf(request?.params), ...keysOf(request?.query)];
      return unknownName(reply.filename, names, 'filename');
    }
    default:
      return undefined;
  }
}

function unknownName(
  template: string | undefined,
  known: readonly string[],
  what: string,
): string | undefined {
  const unknown = pathParameters(template ?? '').find((name) => !known.includes(name));
  return unknown && `${what} '${template}' names '${unknown}', which is not there`;
}

function complaintAboutSchemas({ request, responses }: Operation): string | undefined {
  const { params, query, headers, cookies, body } = request ?? {};
  const parts: [string, Schema | undefined][] = [
    ...Object.entries({ params, query, headers, cookies }),
    ['body', body && 'schema' in body ? body.schema : undefined],
    ...Object.entries(responses).flatMap(([status, reply]) => schemasOf(status, reply)),
  ];
  for (const [name, schema] of parts) {
    const complaint = oneWayPart(schema);
    if (complaint !== undefined) return `${name} ${complaint}`;
  }
  return undefined;
}

function schemasOf(status: string, reply: Reply): [string, Schema | undefined][] {
  switch (reply.kind) {
    case 'json':
      return [[status, reply.schema]];
    case 'problem':
      return [[`${status} current`, reply.current]];
    case 'events':
      return Object.entries(reply.events).map(([event, schema]) => [`${status} ${event}`, schema]);
    default:
      return [];
  }
}
