import { type Body, type EventsReply, Problem, type Reply } from './contract.ts';
import { mediaTypeOf } from './operation-parts.ts';
import { REPLAYED } from './replayed.ts';
import type { JsonSchema, SchemaPrinter } from './schema-printer.ts';

type Content = Exclude<Body | Reply, { kind: 'empty' }>;

/** The media type of a body or a reply, with its schema. */
export function contentOf(content: Content, printer: SchemaPrinter): object {
  const type = mediaTypeOf(content) ?? '';
  switch (content.kind) {
    case 'json':
    case 'form':
      return { [type]: { schema: printer.print(content.schema) } };
    case 'multipart':
      return { [type]: formOf(printer.print(content.schema)) };
    case 'text':
      return { [type]: { schema: { type: 'string' } } };
    case 'bytes':
      return { [type]: { schema: { type: 'string', format: 'binary' } } };
    case 'events':
      return { [type]: { schema: eventsOf(content, printer) } };
    default:
      return { [type]: { schema: problemOf(content, printer) } };
  }
}

/** The headers of a reply, by their names; what has a key may be the reply of an earlier request. */
export function headersOf(reply: Reply, isKeyed: boolean): Record<string, object> {
  const isSaved = 'filename' in reply && reply.filename !== undefined;
  const isMade = 'location' in reply && reply.location !== undefined;
  return {
    ...('etag' in reply && reply.etag && { ETag: header('The version') }),
    ...(isMade && { Location: header('The path') }),
    ...(isKeyed &&
      reply.kind !== 'problem' && {
        [REPLAYED]: header('`true` where an earlier request with this key was answered so'),
      }),
    ...(isSaved && { 'Content-Disposition': header('The name of the file') }),
  };
}

const header = (description: string) => ({ description, schema: { type: 'string' } });

/** What a part of a form is says its own media type. */
function formOf(schema: JsonSchema): object {
  const encoding = Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    part.contentMediaType !== undefined ? [[name, { contentType: part.contentMediaType }]] : [],
  );
  return { schema, ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }) };
}

/** A list, of which each item is one event; OpenAPI 3.1 knows no other word for what goes on. */
function eventsOf({ events }: EventsReply, printer: SchemaPrinter): object {
  const kinds = Object.entries(events).map(([event, schema]) => ({
    type: 'object',
    required: ['event', 'data'],
    properties: {
      event: { const: event },
      id: { type: 'string' },
      data: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: printer.print(schema),
      },
    },
  }));
  return { type: 'array', items: { oneOf: kinds } };
}

function problemOf(reply: Extract<Reply, { kind: 'problem' }>, printer: SchemaPrinter): object {
  const problem = printer.print(Problem);
  if (reply.current === undefined) return problem;
  const current = printer.print(reply.current);
  return {
    allOf: [problem, { type: 'object', properties: { current }, required: ['current'] }],
  };
}
