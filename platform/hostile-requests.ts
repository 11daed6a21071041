import fc from 'fast-check';

import type { Body, Contract, Operation, Schema } from './contract.ts';
import { hostileText, jsonFor } from './hostile-json.ts';
import { mediaTypeOf } from './operation-parts.ts';
import { fieldsOf, keysOf } from './schema-shape.ts';

export type HostileRequest = { readonly path: string; readonly init: RequestInit };

/**
 * For tests: requests made from the schemas of a contract, most parts of which are good and some of
 * which are what attackers and accidents send. `ids` are ids of records that exist.
 */
export function hostileRequests(
  { operations }: Contract,
  ids: readonly string[],
): fc.Arbitrary<HostileRequest> {
  return fc.oneof(...Object.values(operations).map((operation) => requestTo(operation, ids)));
}

function requestTo(operation: Operation, ids: readonly string[]): fc.Arbitrary<HostileRequest> {
  const { method, path, request } = operation;
  const id = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: hostileText },
  );
  return fc
    .record({
      id,
      query: request?.query ? queryFor(request.query) : fc.constant(''),
      body: request?.body ? bodyFor(request.body) : fc.constant<SentBody>({}),
      own: ownHeaders(request?.headers),
      headers: headers(),
    })
    .map(({ id, query, body, own, headers }) => ({
      path: path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id.toWellFormed())) + query,
      init: {
        ...body,
        method: method.toUpperCase(),
        headers: { ...body.headers, ...own, ...headers },
      },
    }));
}

function headers(): fc.Arbitrary<Record<string, string>> {
  const ifMatch = fc.constantFrom('*', '"1"', '"2"', '1', '', 'W/"1"', '"\'"', '"999999999999999"');
  const key = fc.constantFrom('a', 'b', "'; drop table x --", 'k'.repeat(300));
  return fc.record({ 'if-match': ifMatch, 'idempotency-key': key }, { requiredKeys: [] });
}

function ownHeaders(schema: Schema | undefined): fc.Arbitrary<Record<string, string>> {
  const pairs = keysOf(schema).map((name) => fc.tuple(fc.constant(name), plainText));
  return fc
    .tuple(...pairs)
    .chain((all) => fc.subarray(all))
    .map(Object.fromEntries);
}

function queryFor(schema: Schema): fc.Arbitrary<string> {
  return fc.record(hostileFields(schema), { requiredKeys: [] }).map((query) => {
    const search = new URLSearchParams();
    for (const [name, value = ''] of Object.entries(query)) search.set(name, value.toWellFormed());
    return `?${search.toString()}`;
  });
}

/** What comes for each field of a schema whose values travel as text. */
function hostileFields(schema: Schema) {
  const text = fc.oneof(plainText, hostileText);
  return Object.fromEntries(keysOf(schema).map((name) => [name, text]));
}

type SentBody = Pick<RequestInit, 'body'> & { readonly headers?: Record<string, string> };

function bodyFor(body: Body): fc.Arbitrary<SentBody> {
  const headers = { 'content-type': mediaTypeOf(body) ?? '' };
  switch (body.kind) {
    case 'json':
      return jsonFor(body.schema).map((text) => ({ body: text, headers }));
    case 'form':
      return queryFor(body.schema).map((query) => ({ body: query.slice(1), headers }));
    case 'multipart':
      return multipartFor(body.schema);
    case 'text':
      return hostileText.map((text) => ({ body: text.toWellFormed(), headers }));
    default:
      return fc.uint8Array().map((bytes) => ({ body: new Uint8Array(bytes), headers }));
  }
}

function multipartFor(schema: Schema): fc.Arbitrary<SentBody> {
  const file = fc
    .uint8Array()
    .map((bytes) => new File([new Uint8Array(bytes)], '../a\u0000"b.txt'));
  const part: fc.Arbitrary<string | File> = fc.oneof(plainText, hostileText, file);
  const parts = Object.fromEntries(Object.keys(fieldsOf(schema)).map((name) => [name, part]));
  return fc.record(parts, { requiredKeys: [] }).map((fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') form.append(name, value.toWellFormed());
      else if (value) form.append(name, value);
    }
    return { body: form };
  });
}

const plainText = fc.constantFrom(
  '',
  '0',
  '1',
  '-1',
  '100',
  '1e3',
  'name',
  '-createdAt,name',
  "'",
  '%',
  '_',
);
