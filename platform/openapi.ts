import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';

import { asZod } from './codec.ts';
import { type Contract, keysOf, type Operation, Problem, problem, type Reply } from './contract.ts';

/** The OpenAPI 3.1 document of a contract, with the problems that every operation can answer. */
export function printOpenApi({ service, operations }: Contract): object {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  for (const [name, operation] of Object.entries(operations)) {
    openAPIRegistry.registerPath(toRoute(service, name, operation));
  }
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: service, version: '1', license: { name: 'MIT' } },
  });
}

/** The statuses that follow from what an operation takes, whatever its handler does. */
export function impliedProblems({ request }: Operation): number[] {
  const implied = [
    { holds: request?.body !== undefined, statuses: [400, 413, 415, 422] },
    { holds: keysOf(request?.query).length > 0, statuses: [422] },
    { holds: keysOf(request?.params).length > 0, statuses: [404] },
    { holds: request?.ifMatch === true, statuses: [412, 428] },
    { holds: request?.idempotencyKey === true, statuses: [409, 422] },
  ];
  return implied.flatMap(({ holds, statuses }) => (holds ? statuses : []));
}

function toRoute(service: string, name: string, operation: Operation): RouteConfig {
  const { method, path, summary, request, responses } = operation;
  const implied = Object.fromEntries(
    impliedProblems(operation).map((status): [number, Reply] => [status, problem]),
  );
  return {
    method,
    path,
    operationId: name,
    tags: [service],
    ...(summary === undefined ? {} : { summary }),
    request: {
      ...(request?.params ? { params: objectOf(request.params) } : {}),
      ...(request?.query ? { query: objectOf(request.query) } : {}),
      ...headersOf(operation),
      ...(request?.body ? { body: bodyOf(request.body.schema) } : {}),
    },
    responses: Object.fromEntries(
      Object.entries<Reply>({ ...implied, ...responses }).map(([status, reply]) => [
        status,
        // Comparing its schemas with what is expected costs the type checker 87,000 steps.
        // eslint-disable-next-line typescript/no-unsafe-type-assertion
        responseOf(Number(status), reply) as never,
      ]),
    ),
  };
}

function objectOf(schema: Parameters<typeof asZod>[0]) {
  const object = asZod(schema);
  if (!(object instanceof z.ZodObject))
    throw new Error('Cannot print parameters that are no object');
  return object;
}

const bodyOf = (schema: Parameters<typeof asZod>[0]) => ({
  required: true,
  content: { 'application/json': { schema: asZod(schema) } },
});

function headersOf({ request }: Operation) {
  const headers = {
    ...(request?.ifMatch
      ? {
          'If-Match': z
            .string()
            .meta({ description: 'The ETag of the record as it was read', example: '"1"' }),
        }
      : {}),
    ...(request?.idempotencyKey
      ? {
          'Idempotency-Key': z
            .string()
            .min(1)
            .max(255)
            .regex(/^[\u0021-\u007e]+$/)
            .optional()
            .meta({ description: 'Makes a repeat of the request harmless' }),
        }
      : {}),
  };
  return Object.keys(headers).length > 0 ? { headers: z.object(headers) } : {};
}

function responseOf(status: number, reply: Reply) {
  const description = DESCRIPTIONS[status] ?? `Status ${status}`;
  if (reply.kind === 'empty') return { description };
  if (reply.kind === 'problem') {
    const schema = reply.current
      ? Problem.and(z.object({ current: asZod(reply.current) }))
      : Problem;
    return { description, content: { 'application/problem+json': { schema } } };
  }
  const headers = {
    ...(reply.etag
      ? { ETag: { description: 'The version', schema: { type: 'string' } as const } }
      : {}),
    ...(reply.location === undefined
      ? {}
      : { Location: { description: 'The path', schema: { type: 'string' } as const } }),
  };
  return { description, headers, content: { 'application/json': { schema: asZod(reply.schema) } } };
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted',
  204: 'Done, nothing to say',
  400: 'The body is not JSON',
  404: 'There is no such record',
  409: 'The state of things does not allow it',
  412: 'The record was changed in the meantime',
  413: 'The body is too large',
  415: 'The body is of another type',
  422: 'The request is not valid',
  428: 'If-Match is missing',
  502: 'A service that is needed answered badly',
  503: 'A service that is needed is not available',
  504: 'A service that is needed took too long',
};
