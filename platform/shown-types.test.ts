import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Within the package, so that its imports mean what they mean in a service. */
const folder = join(import.meta.dir, 'node_modules', `.shown-types-${process.pid}`);
const complaints = new Map<string, string>();

/** What an editor shows for a value, its compiler says where the value fits nowhere. */
const PROGRAM = `
import { contract, events, json, problem, record } from 'platform/contract';
import { feign } from 'platform/feign';
import { implement } from 'platform/implement';
import { z } from 'zod';

const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text), encode: (date) => date.toISOString() });
const count = z.codec(z.string(), z.int(), { decode: Number, encode: String });
const Shelf = z.object({ id: z.string(), version: z.int(), at: instant });
const shelves = contract('shelf-service', {
  get: { method: 'get', path: '/shelves/{id}', request: { params: z.object({ id: z.string() }),
    query: z.object({ page: count.default(0) }) }, responses: { 200: record(Shelf), 404: problem } },
  create: { method: 'post', path: '/shelves', request: { idempotencyKey: true,
    body: json(Shelf.pick({ at: true })) }, responses: { 201: record(Shelf) } },
  watch: { method: 'get', path: '/watch', responses: { 200: events({ gone: z.int() }) } },
});
const client = feign(shelves, { fetch: () => new Response() });
const handlers = { create: () => 0 as never, async *watch() {} };

export const found: never = await client.get({ id: '' }); // found
export const call: never = 0 as unknown as Parameters<typeof client.get>[0]; // arguments
export const created: never = 0 as unknown as Parameters<typeof client.create>[0]; // body
const replied = await client.get.reply({ id: '' });
export const status: never = replied; // reply
for await (const event of client.watch()) { const it: never = event; void it; } // event
implement(shelves, { ...handlers, get: (input) => { const it: never = input; return it; } }); // input
implement(shelves, { ...handlers, get: () => 7 }); // result
await client.get({}); // missing argument
await client.get({ id: 7 }); // wrong argument
await client.get({ id: '', size: 1 }); // unknown argument
await client.create({ body: { at: new Date() } }); // decoded body
feign(shelves, { fetch: () => new Response(), fallback: { get: () => ({ id: '' }) } }); // fallback
`;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await Bun.write(join(folder, 'shown.ts'), PROGRAM);
  const config = { extends: '../../../tsconfig.json', files: ['shown.ts'], exclude: [] };
  await Bun.write(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const flags = ['--no-pretty', '--noErrorTruncation', '--all'];
  const check = Bun.spawn([process.execPath, 'check', '-p', folder, ...flags], {
    stderr: 'ignore',
  });
  const lines = PROGRAM.split('\n');
  for (const [, line, complaint = ''] of (await check.stdout.text()).matchAll(
    /shown\.ts\((\d+),\d+\): error TS\d+: (.*)$/gm,
  ))
    complaints.set(lines[Number(line) - 1]?.split('// ')[1] ?? `line ${line}`, complaint);
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

const FOUND = '{ id: string; version: number; at: Date; }';
const PROBLEM =
  '{ [x: string]: unknown; type: string; title: string; status: number; detail?: string | undefined; requestId?: string | undefined; errors?: { pointer: string; code: string; detail: string; }[] | undefined; }';

test.each([
  ['found', FOUND],
  ['arguments', '{ id: string; page?: number | undefined; }'],
  ['body', '{ body: { at: string; }; idempotencyKey?: string; }'],
  ['reply', `{ readonly status: 200; readonly data: ${FOUND}; readonly headers: Headers; }`],
  ['reply', `{ readonly status: 404; readonly data: ${PROBLEM}; readonly headers: Headers; }`],
  ['event', '{ readonly event: "gone"; readonly data: number; readonly id?: string; }'],
  ['input', '{ id: string; page: number; }'],
])('an editor shows plainly what %s is', (what, type) => {
  expect(complaints.get(what)).toContain(type);
  expect(complaints.get(what)).not.toMatch(/[<>]|Zod/);
});

test.each([
  ['result', ["Type 'number' is not assignable to type", FOUND]],
  [
    'missing argument',
    ["Property 'id' is missing", "'{ id: string; page?: number | undefined; }'"],
  ],
  ['wrong argument', ["Type 'number' is not assignable to type 'string'."]],
  [
    'unknown argument',
    ["'size' does not exist in type '{ id: string; page?: number | undefined; }'"],
  ],
  ['decoded body', ["Type 'Date' is not assignable to type 'string'."]],
  [
    'fallback',
    ["'() => { id: string; }'", '(args: { id: string; page?: number | undefined; }', FOUND],
  ],
])('a mistake in the %s is said in words of the contract', (what, words) => {
  for (const word of words) expect(complaints.get(what)).toContain(word);
});

test('nothing else is complained of', () => {
  expect([...complaints.keys()].filter((what) => what.startsWith('line'))).toEqual([]);
});
