import { contract, json, problem } from 'platform/contract';
import { fixedDiscovery } from 'platform/discovery';
import { feign } from 'platform/feign';
import { implement } from 'platform/implement';
import { z } from 'zod';

/** Prints how many milliseconds of CPU time a contract of 100 operations adds to the start of its process. */
const operations = Object.fromEntries(
  Array.from({ length: 100 }, (_, n) => [`op${n}`, operationOf(n)]),
);
const handlers = Object.fromEntries(Object.keys(operations).map((name) => [name, nothing]));

const before = process.cpuUsage();
const things = contract('thing-service', operations);
implement(things, handlers);
feign(things, { discovery: fixedDiscovery({}) });
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);

function operationOf(n: number) {
  const body = z.object({ name: z.string(), count: z.int().default(n), tags: z.array(z.string()) });
  return {
    method: 'post',
    path: `/things${n}/{id}`,
    request: {
      params: z.object({ id: z.uuid() }),
      query: z.object({ q: z.string().optional() }),
      body: json(body),
    },
    responses: { 201: json(body.extend({ id: z.uuid() })), 404: problem },
  } as const;
}

function nothing(): never {
  throw new Error('Nobody calls it');
}
