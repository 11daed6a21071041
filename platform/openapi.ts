import { OpenAPIHono } from '@hono/zod-openapi';

import type { Contract, Operation, Reply } from './contract.ts';
import { problem } from './contract.ts';
import { impliedProblems } from './implied-problems.ts';
import { contentOf, headersOf } from './openapi-content.ts';
import { parametersOf } from './openapi-parameters.ts';
import { createSchemaPrinter, type SchemaPrinter } from './schema-printer.ts';

/** The OpenAPI 3.1 document of a contract, with the problems that every operation can answer. */
export function printOpenApi({ service, operations }: Contract): object {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  const printer = createSchemaPrinter();
  for (const [name, operation] of Object.entries(operations)) {
    const { method, path } = operation;
    const route = { method, path, operationId: name, tags: [service] };
    // Comparing what is printed with the library's types costs the type checker many steps.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    openAPIRegistry.registerPath({ ...route, ...operationObject(operation, printer) } as never);
  }
  for (const [name, schema] of Object.entries(printer.named()))
    openAPIRegistry.registerComponent('schemas', name, schema);
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: service, version: '1', license: { name: 'MIT' } },
  });
}

function operationObject(operation: Operation, printer: SchemaPrinter): object {
  const { summary, request, responses } = operation;
  const parameters = parametersOf(operation, printer);
  const implied = impliedProblems(operation).map((status): [string, Reply] => [
    String(status),
    problem,
  ]);
  const isKeyed = request?.idempotencyKey === true;
  const all = { ...Object.fromEntries(implied), ...responses };
  return {
    ...(summary !== undefined && { summary }),
    ...(parameters.length > 0 && { parameters }),
    ...(request?.body && {
      requestBody: { required: true, content: contentOf(request.body, printer) },
    }),
    responses: Object.fromEntries(
      Object.entries<Reply>(all).map(([status, reply]) => [
        status,
        responseOf(Number(status), reply, { printer, isKeyed }),
      ]),
    ),
  };
}

function responseOf(
  status: number,
  reply: Reply,
  { printer, isKeyed }: { readonly printer: SchemaPrinter; readonly isKeyed: boolean },
): object {
  const headers = headersOf(reply, isKeyed);
  return {
    description: DESCRIPTIONS[status] ?? `Status ${status}`,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(reply.kind !== 'empty' && { content: contentOf(reply, printer) }),
  };
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted',
  204: 'Done, nothing to say',
  400: 'The body cannot be read',
  404: 'There is no such record',
  406: 'The reply has no accepted type',
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
