import { z } from 'zod';

import { asZod } from './codec.ts';
import type { Body, Contract, Operation } from './contract.ts';
import { isTyped } from './implied-problems.ts';
import { mediaTypeOf } from './operation-parts.ts';
import { keysOf } from './schema-shape.ts';

export type BadRequest = {
  /** Such as `create with a body that is not JSON`. */
  readonly name: string;
  readonly path: string;
  readonly init: RequestInit;
  readonly status: number;
  /** JSON pointers of which the problem must have an entry each. */
  readonly pointers?: readonly string[];
  /** The `Allow` header that must come. */
  readonly allow?: string;
};

type BadRequestOptions = {
  /** What these operations are some of, for the other methods that their paths take. */
  readonly whole?: Contract;
  readonly maxBodyBytes?: number;
  /** A good body for each operation that takes one and names a record. */
  readonly bodies?: Readonly<Record<string, unknown>>;
};

/** For tests: what everybody may get wrong, on every operation of a contract. */
export function badRequests(contract: Contract, options: BadRequestOptions = {}): BadRequest[] {
  return [
    ...Object.entries(contract.operations).flatMap(([name, operation]) => [
      ...badBodies(name, operation, options.maxBodyBytes ?? 1_048_576),
      ...badPaths(name, operation, options.bodies?.[name]),
      ...badQueries(name, operation),
      ...badKeys(name, operation, options.bodies?.[name]),
      ...badAccepts(name, operation),
    ]),
    ...badMethods(contract, options.whole ?? contract),
    { name: 'an unknown path', path: '/no-such-thing', init: {}, status: 404 },
  ];
}

const JSON_TYPE = { 'content-type': 'application/json' };

function badBodies(name: string, { method, path, request }: Operation, limit: number) {
  const { body } = request ?? {};
  if (body === undefined) return [];
  const headers = { 'content-type': typeOf(body) };
  const to = (what: string, status: number, init: RequestInit): BadRequest => ({
    name: `${name} with ${what}`,
    path: fill(path),
    init: { method: method.toUpperCase(), headers, ...init },
    status,
  });
  const most = (body.kind === 'bytes' ? body.maxBytes : undefined) ?? limit;
  return [
    to('a body that is too large', 413, { body: 'x'.repeat(most + 1) }),
    to('a body of another type', 415, { body: 'x', headers: { 'content-type': 'x/other' } }),
    ...(body.kind === 'bytes' ? [] : [to('a body that cannot be read', 400, { body: NO_UTF8 })]),
    ...(body.kind === 'json' ? badJson(body.schema, to) : []),
  ];
}

const typeOf = (body: Body): string =>
  `${mediaTypeOf(body)}${body.kind === 'multipart' ? '; boundary=x' : ''}`;

const NO_UTF8 = new Uint8Array([0x22, 0xff, 0x22]);

type To = (what: string, status: number, init: RequestInit) => BadRequest;

function badJson(schema: Parameters<typeof asZod>[0], to: To): BadRequest[] {
  return [
    to('a body that is not JSON', 400, { body: '{"name":' }),
    to('no body', 400, {}),
    ...['null', '[]', '"x"', '7'].map((body) => to(`${body} for a body`, 422, { body })),
    {
      ...to('a field that is not known', 422, { body: '{"noSuchField":1}' }),
      pointers: ['/noSuchField'],
    },
    ...nullFields(asZod(schema)).map(({ body, pointers }) => ({
      ...to('null in every field', 422, { body }),
      pointers,
    })),
  ];
}

/** Before anything else is looked at, nothing is done whose result nobody could read. */
function badAccepts(name: string, operation: Operation): BadRequest[] {
  if (!isTyped(operation)) return [];
  return [
    {
      name: `${name} with an Accept that it cannot serve`,
      path: fill(operation.path),
      init: { method: operation.method.toUpperCase(), headers: { accept: 'x/other' } },
      status: 406,
    },
  ];
}

function nullFields(schema: z.ZodType) {
  if (!(schema instanceof z.ZodObject)) return [];
  const names = Object.keys(schema.shape);
  const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
  const refused = schema.safeParse(JSON.parse(body)).error?.issues ?? [];
  return [{ body, pointers: [...new Set(refused.map(({ path }) => `/${path.join('/')}`))] }];
}

function badPaths(name: string, { method, path, request }: Operation, body: unknown): BadRequest[] {
  if (keysOf(request?.params).length === 0) return [];
  const init: RequestInit = {
    method: method.toUpperCase(),
    headers: { ...JSON_TYPE, 'if-match': '*' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const isMalformed = (id: string) => {
    const ids = keysOf(request?.params).map((name) => [name, decodeURIComponent(id)]);
    return !asZod(request?.params ?? z.object()).safeParse(Object.fromEntries(ids)).success;
  };
  const malformed = ['1', 'not-an-id', '%00', '%F0%9F%A7%BE', "'%20or%201=1"];
  return malformed.filter(isMalformed).map((id) => ({
    name: `${name} with the malformed id ${id}`,
    path: fill(path, id),
    init,
    status: 404,
  }));
}

function badQueries(name: string, { method, path, request }: Operation): BadRequest[] {
  const known = new Set(keysOf(request?.query));
  return BAD_QUERIES.filter(([parameter]) => known.has(parameter)).map(([parameter, value]) => ({
    name: `${name} with ${parameter}=${value}`,
    path: `${fill(path)}?${parameter}=${value}`,
    init: { method: method.toUpperCase() },
    status: 422,
    pointers: [`/${parameter}`],
  }));
}

const BAD_QUERIES = [
  ['page', '-1'],
  ['page', '1.5'],
  ['page', '99999999999999999999'],
  ['page', '1&page=2'],
  ['size', '0'],
  ['size', '101'],
  ['size', 'many'],
  ['sort', 'no_such_field'],
  ['sort', 'id;drop'],
  ['q', '%00'],
  ['q', 'x'.repeat(201)],
] as const;

function badKeys(name: string, { method, path, request }: Operation, body: unknown): BadRequest[] {
  if (!request?.idempotencyKey || body === undefined) return [];
  return [
    {
      name: `${name} with an Idempotency-Key that is too long`,
      path: fill(path),
      init: {
        method: method.toUpperCase(),
        headers: { ...JSON_TYPE, 'idempotency-key': 'k'.repeat(256) },
        body: JSON.stringify(body),
      },
      status: 422,
      pointers: ['/Idempotency-Key'],
    },
  ];
}

function badMethods({ operations }: Contract, whole: Contract): BadRequest[] {
  const offered = Map.groupBy(Object.values(whole.operations), ({ path }) => path);
  const paths = new Set(Object.values(operations).map(({ path }) => path));
  return [...paths].flatMap((path) => {
    const methods = new Set(offered.get(path)?.map(({ method }) => method.toUpperCase()));
    // Whoever offers GET offers HEAD.
    if (methods.has('GET')) methods.add('HEAD');
    return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
      .filter((method) => !methods.has(method))
      .map((method) => ({
        name: `${method} ${path}`,
        path: fill(path),
        init: { method },
        status: 405,
        allow: [...methods].toSorted().join(', '),
      }));
  });
}

const fill = (path: string, id: string = crypto.randomUUID()) => path.replaceAll(/\{\w+\}/g, id);
