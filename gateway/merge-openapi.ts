import { z } from 'zod';

/** As much of an OpenAPI document as merging needs to know. */
export const OpenApiDocument = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }).optional(),
});
export type OpenApiDocument = z.output<typeof OpenApiDocument>;

export type ServiceDocument = { readonly service: string; readonly document: OpenApiDocument };

type MergeOptions = {
  /** The path at which clients reach a service's path; undefined for those that they cannot. */
  readonly publicPath: (service: string, path: string) => string | undefined;
  /** Services of which nothing is known now. */
  readonly missing: readonly string[];
};

/**
 * One document with the public paths of all services. Schemas of one name that differ get the
 * service's name in front, and so do the names of the operations, which must be unique.
 */
export function mergeOpenApi(documents: readonly ServiceDocument[], options: MergeOptions) {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { service, document } of documents) {
    const renamed = namesFor(service, document, schemas);
    const own = withRenamedRefs(document, renamed);
    for (const [name, schema] of Object.entries(own.components?.schemas ?? {}))
      schemas[renamed.get(name) ?? name] = schema;
    for (const [path, operations] of Object.entries(own.paths)) {
      const reached = options.publicPath(service, path);
      if (reached !== undefined) paths[reached] = qualified(operations, service);
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Comptoir', version: '1', license: { name: 'MIT' } },
    servers: [{ url: '/' }],
    tags: documents.map(({ service }) => ({ name: service })),
    paths,
    components: { schemas: { ...schemas, Problem: schemas['Problem'] ?? PROBLEM } },
    'x-missing': [...options.missing],
  };
}

/** The schemas of a document whose name is taken by another schema, with the name they get. */
function namesFor(
  service: string,
  { components }: OpenApiDocument,
  taken: Readonly<Record<string, unknown>>,
): Map<string, string> {
  const clashes = Object.entries(components?.schemas ?? {}).filter(
    ([name, schema]) => name in taken && !Bun.deepEquals(taken[name], schema),
  );
  return new Map(clashes.map(([name]) => [name, `${service}.${name}`]));
}

function withRenamedRefs(
  document: OpenApiDocument,
  renamed: ReadonlyMap<string, string>,
): OpenApiDocument {
  if (renamed.size === 0) return document;
  const text = JSON.stringify(document).replaceAll(
    /"#\/components\/schemas\/([^"/]+)"/g,
    (_, name: string) => `"#/components/schemas/${renamed.get(name) ?? name}"`,
  );
  return OpenApiDocument.parse(JSON.parse(text));
}

const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace']);
const Operation = z.looseObject({
  operationId: z.string().optional(),
  responses: z.record(z.string(), z.unknown()).default({}),
});

function qualified(operations: Readonly<Record<string, unknown>>, service: string) {
  return Object.fromEntries(
    Object.entries(operations).map(([method, value]) => {
      if (!METHODS.has(method)) return [method, value];
      const operation = Operation.parse(value);
      const { operationId } = operation;
      return [
        method,
        {
          ...operation,
          ...(operationId === undefined ? {} : { operationId: `${service}.${operationId}` }),
          tags: [service],
          responses: { ...GATEWAY_RESPONSES, ...operation.responses },
        },
      ];
    }),
  );
}

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What the gateway itself can answer to whatever it sends on. */
const GATEWAY_RESPONSES = {
  502: problemResponse('The service answered badly'),
  503: problemResponse('The service cannot be reached'),
  504: problemResponse('The service took too long'),
};

const PROBLEM = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status'],
};
