import { z } from 'zod';

import type { Operation, Schema } from './contract.ts';
import { csvItem } from './csv.ts';
import type { SchemaPrinter } from './schema-printer.ts';
import { fieldsOf, isList, isOptional, unwrapped } from './schema-shape.ts';

/** The parameters of an operation, those that follow from its marks too. */
export function parametersOf({ request = {} }: Operation, printer: SchemaPrinter): object[] {
  const { params, query, headers, cookies, ifMatch, idempotencyKey } = request;
  const places = { path: params, query, header: headers, cookie: cookies };
  const own = Object.entries(places).flatMap(([place, schema]) =>
    Object.entries(fieldsOf(schema)).map(([name, field]) =>
      parameterOf(place, name, field, printer),
    ),
  );
  const marks = { ...(ifMatch && { 'If-Match': IF_MATCH }), ...(idempotencyKey && KEY) };
  return [
    ...own,
    ...Object.entries(marks).map(([name, field]) => parameterOf('header', name, field, printer)),
  ];
}

const IF_MATCH = z
  .string()
  .meta({ description: 'The ETag of the record as it was read', example: '"1"' });

const KEY = {
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\u0021-\u007e]+$/)
    .optional()
    .meta({ description: 'Makes a repeat of the request harmless' }),
};

function parameterOf(place: string, name: string, field: Schema, printer: SchemaPrinter): object {
  const { description, ...schema } = printer.print(field);
  const item = csvItem(unwrapped(field));
  return {
    name,
    in: place,
    required: place === 'path' || (!isOptional(field) && !isList(field)),
    ...(description !== undefined && { description }),
    ...(item
      ? { schema: { type: 'array', items: printer.print(item) }, explode: false }
      : { schema }),
    ...(place === 'query' && (item ?? isList(field)) && { style: 'form' }),
    ...(place === 'query' && isList(field) && { explode: true }),
  };
}
