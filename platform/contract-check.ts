import { complaintAboutSettings } from './call-settings.ts';
import type { Body, Operation, Reply, Schema } from './contract.ts';
import { complaintAboutKeys } from './key-check.ts';
import { partThatIsNoJson } from './not-json.ts';
import { oneWayPart } from './one-way.ts';
import { isStream, pathParameters, successReplies } from './operation-parts.ts';
import { complaintAboutParameters } from './parameter-check.ts';
import { complaintAboutPath } from './path-check.ts';
import { keysOf } from './schema-shape.ts';

/** What is wrong with an operation, in words that say where; undefined when nothing is. */
export function complaintAbout(operation: Operation): string | undefined {
  return (
    complaintAboutKeys(operation) ??
    complaintAboutPath(operation.path) ??
    complaintAboutBody(operation) ??
    complaintAboutReplies(operation) ??
    complaintAboutSchemas(operation) ??
    complaintAboutParameters(operation) ??
    complaintAboutSettings(operation)
  );
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
  if (!ANSWERED.has(Math.floor(status / 100))) return 'is no status that a service answers';
  if (status < 300 && reply.kind === 'problem') return 'is a problem';
  if (status >= 300 && reply.kind !== 'problem') return 'is no problem';
  if (BODILESS.has(status) && reply.kind !== 'empty') return 'has no body';
  return complaintAboutNames(reply, operation);
}

/** By their first digit: what comes before the answer, or leads elsewhere, is none. */
const ANSWERED = new Set([2, 4, 5]);
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
  const parts: Part[] = [
    ...Object.entries({ params, query, headers, cookies }),
    ...schemasOf('body', body),
    ...Object.entries(responses).flatMap(([status, reply]) => schemasOf(status, reply)),
  ];
  for (const [name, schema, isJson] of parts) {
    const complaint = oneWayPart(schema) ?? (isJson && schema && partThatIsNoJson(schema));
    if (complaint !== undefined && complaint !== false) return `${name} ${complaint}`;
  }
  return undefined;
}

type Part = [name: string, schema: Schema | undefined, isJson?: boolean];

function schemasOf(name: string, content: Body | Reply | undefined): Part[] {
  switch (content?.kind) {
    case 'json':
      return [[name, content.schema, true]];
    case 'form':
    case 'multipart':
      return [[name, content.schema]];
    case 'problem':
      return content.current ? [[`${name} current`, content.current, true]] : [];
    case 'events':
      return Object.entries(content.events).map(([event, schema]) => [
        `${name} ${event}`,
        schema,
        true,
      ]);
    default:
      return [];
  }
}
