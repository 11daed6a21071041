import { z } from 'zod';

import {
  bytes,
  contract,
  empty,
  events,
  form,
  json,
  multipart,
  problem,
  textOf,
} from './contract.ts';
import { csv } from './csv.ts';
import { implement } from './implement.ts';
import { notFound } from './problem.ts';
import { event, reply } from './reply.ts';

const count = z.codec(z.string().regex(/^\d+$/), z.int(), { decode: Number, encode: String });
const day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(text),
  encode: (value) => value.toISOString().slice(0, 10),
});
const Echo = z.object({ said: z.string() });

/** For tests: one operation for each kind of parameters, bodies and replies. */
export const kinds = contract('kind-service', {
  everywhere: {
    method: 'get',
    path: '/tenants/{tenant}/things',
    request: {
      params: z.object({ tenant: z.string() }),
      query: z.object({ tag: z.array(z.string()), id: csv(z.string()).default([]), on: day }),
      headers: z.object({ 'x-depth': count, 'x-list': z.array(z.string()).optional() }),
      cookies: z.object({ session: z.string() }),
    },
    responses: { 200: json(Echo) },
  },
  submit: {
    method: 'post',
    path: '/form',
    request: { body: form(z.object({ name: z.string(), size: count, tag: z.array(z.string()) })) },
    responses: { 200: json(Echo) },
  },
  upload: {
    method: 'post',
    path: '/upload',
    request: {
      body: multipart(
        z.object({
          file: z.file().max(1000),
          more: z.array(z.file()),
          picture: z.file().mime('image/png').optional(),
          pages: count.default(1),
        }),
      ),
    },
    responses: { 200: json(Echo) },
  },
  load: {
    method: 'put',
    path: '/raw',
    request: { body: bytes('application/zip', { maxBytes: 5000 }) },
    responses: { 200: json(z.object({ size: z.int() })) },
  },
  note: {
    method: 'post',
    path: '/note',
    request: { body: textOf('text/csv') },
    responses: { 200: textOf('text/csv', { filename: 'note.csv' }) },
  },
  file: {
    method: 'get',
    path: '/files/{name}',
    request: { params: z.object({ name: z.string() }) },
    responses: { 200: bytes('application/pdf', { filename: '{name}.pdf' }), 404: problem },
  },
  start: {
    method: 'post',
    path: '/start',
    request: { body: json(z.object({ now: z.boolean() })) },
    responses: { 200: json(Echo), 202: json(z.object({ job: z.int() })), 204: empty },
  },
  watch: {
    method: 'get',
    path: '/watch',
    request: { query: z.object({ from: count }) },
    responses: {
      200: events({ tick: z.object({ n: z.int(), on: day }), end: z.literal('end') }),
      404: problem,
    },
  },
});

export const today = new Date('2026-11-22');
export const kindsApp = implement(kinds, {
  everywhere: (input) => ({ said: Bun.inspect(input, { compact: true }) }),
  submit: ({ body }) => ({ said: JSON.stringify(body) }),
  upload: async ({ body: { file, more, pages } }) => ({
    said: `${file.name} ${await file.text()} ${more.length} ${pages}`,
  }),
  load: async ({ body }) => {
    let size = 0;
    for await (const chunk of body) size += chunk.byteLength;
    return { size };
  },
  note: ({ body }) => `${body};é`,
  file: ({ name }) => (name === 'none' ? notFound('file', name) : chunks()),
  start: ({ body: { now } }) => (now ? { said: 'done' } : reply(202, { job: 7 })),
  watch: ({ from }) => ticks(from),
});

export async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < 3; n += 1) yield new TextEncoder().encode(`${n},`);
}

async function* ticks(from: number) {
  if (from === 404) notFound('tick', '404');
  for (let n = from; n < from + 3; n += 1) yield event('tick', { n, on: today }, String(n));
  yield event('end', 'end' as const);
}
