import { expect, test } from 'bun:test';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPERATIONS = 100;

/** Within the package, so that its imports mean what they mean in a service. */
const folder = join(import.meta.dir, 'node_modules', `.type-cost-${process.pid}`);

test('a hundred operations, served and called, stay below 250,000 type instantiations', async () => {
  await mkdir(folder, { recursive: true });
  try {
    await Bun.write(join(folder, 'hundred.ts'), program());
    await Bun.write(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../../tsconfig.json', files: ['hundred.ts'], exclude: [] }),
    );
    const report = await compile(folder);
    expect(report).not.toContain('error TS');
    const instantiations = Number(/Instantiations:\s+(\d+)/.exec(report)?.[1]);
    expect(instantiations).toBeWithin(1, 250_000);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

async function compile(project: string): Promise<string> {
  const compiler = join(
    dirname(fileURLToPath(import.meta.resolve('typescript-7/package.json'))),
    'bin',
    'tsc',
  );
  const child = Bun.spawn([process.execPath, compiler, '-p', project, '--extendedDiagnostics'], {
    stdout: 'pipe',
  });
  return await child.stdout.text();
}

/** Every operation has parameters, a query, a body and two replies, and is called once. */
function program(): string {
  const numbers = Array.from({ length: OPERATIONS }, (_, index) => index);
  const lines = (line: (n: number) => string) => numbers.map(line).join('\n');
  return `
import { contract, json, problem } from 'platform/contract';
import { fixedDiscovery } from 'platform/discovery';
import { feign } from 'platform/feign';
import { implement } from 'platform/implement';
import { z } from 'zod';

${lines(
  (n) => `
const Body${n} = z.object({ name: z.string(), count: z.int().default(${n}), tags: z.array(z.string()) });
const Reply${n} = Body${n}.extend({ id: z.uuid(), at${n}: z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text), encode: (date) => date.toISOString() }) });`,
)}
export const things = contract('thing-service', {
${lines(
  (n) => `  op${n}: { method: 'post', path: '/things${n}/{id}', request: {
    params: z.object({ id: z.uuid() }),
    query: z.object({ page: z.codec(z.string(), z.int(), { decode: Number, encode: String }).default(0), q${n}: z.string().optional() }),
    body: json(Body${n}) }, responses: { 201: json(Reply${n}), 404: problem } },`,
)}
});
export const app = implement(things, {
${lines((n) => `  op${n}: ({ id, body, page }) => ({ ...body, id, count: body.count + page, at${n}: new Date() }),`)}
});
const client = feign(things, { discovery: fixedDiscovery({}) });
${lines(
  (n) => `
export const call${n} = async (): Promise<Date> =>
  (await client.op${n}({ id: '', body: { name: '', tags: [] }, page: ${n} })).at${n};`,
)}
`;
}
