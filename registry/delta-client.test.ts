import { expect, test } from 'bun:test';

import fc from 'fast-check';
import type { z } from 'zod';

import { EurekaFull, type EurekaInstance } from './eureka-schema.ts';
import { MODES } from './modes.ts';
import { testClock, testRegistry } from './testing.ts';

type Known = Map<string, z.output<typeof EurekaInstance>>;

/** What every client does with a delta, and how it checks the result. */
function deltaClient(read: (path: string) => Promise<unknown>) {
  const known: Known = new Map();
  const applications = async (path: string) =>
    EurekaFull.applications.parse(await read(path)).applications;

  return {
    known,
    async fetchAll() {
      known.clear();
      const { application } = await applications('/eureka/apps/');
      for (const instance of application.flatMap((app) => app.instance)) {
        known.set(`${instance.app}/${instance.instanceId}`, instance);
      }
    },
    async fetchDelta() {
      const { application, apps__hashcode } = await applications('/eureka/apps/delta');
      for (const instance of application.flatMap((app) => app.instance)) {
        const key = `${instance.app}/${instance.instanceId}`;
        if (instance.actionType === 'DELETED') known.delete(key);
        else known.set(key, instance);
      }
      return { isInStep: apps__hashcode === hashcodeOf(known) };
    },
  };
}

function hashcodeOf(known: Known): string {
  const counts = Map.groupBy(known.values(), ({ status }) => status);
  return [...counts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, instances]) => `${status}_${instances.length}_`)
    .join('');
}

test('case 47: a client follows an instance from its registration to its end', async () => {
  const { register, request, json } = testRegistry();
  const client = deltaClient((path) => json(path));
  await register({ app: 'ORDERS', instanceId: 'first' });
  await client.fetchAll();
  await register({ app: 'BILLING', instanceId: 'b' });
  expect(await client.fetchDelta()).toEqual({ isInStep: true });
  expect([...client.known.keys()]).toEqual(['ORDERS/first', 'BILLING/b']);
  expect((await request('PUT', '/eureka/apps/BILLING/b?status=UP')).status).toBe(200);
  await request('PUT', '/eureka/apps/BILLING/b/status?value=OUT_OF_SERVICE');
  expect(await client.fetchDelta()).toEqual({ isInStep: true });
  expect(client.known.get('BILLING/b')).toMatchObject({
    status: 'OUT_OF_SERVICE',
    actionType: 'MODIFIED',
  });
  await request('DELETE', '/eureka/apps/BILLING/b');
  expect(await client.fetchDelta()).toEqual({ isInStep: true });
  expect([...client.known.keys()]).toEqual(['ORDERS/first']);
});

const step = fc.record({
  what: fc.constantFrom('register', 'cancel', 'override', 'putBack', 'evict', 'fetch'),
  app: fc.constantFrom('A', 'B'),
  id: fc.constantFrom('1', '2', '3'),
});

test.each([MODES.default, MODES.strict])(
  'in the mode $name, whatever happens, deltas lead to what a full fetch says',
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, pass } = testClock();
        const { register, leases, json } = testRegistry({ mode, clock });
        const client = deltaClient((path) => json(path));
        await client.fetchAll();
        for (const { what, app, id } of [...steps, { what: 'fetch', app: '', id: '' }]) {
          if (what === 'register') {
            await register({ app, instanceId: id, lastDirtyTimestamp: clock() });
          }
          if (what === 'cancel') leases.cancel(app, id);
          if (what === 'override') leases.override(app, id, 'OUT_OF_SERVICE');
          if (what === 'putBack') leases.removeOverride(app, id, 'UP');
          if (what === 'evict') leases.evict(app, id, 'lease ran out');
          pass(what === 'fetch' ? mode.replyAgeMs / 1000 : 0.001);
          if (what === 'fetch') expect(await client.fetchDelta()).toEqual({ isInStep: true });
        }
        const followed = new Map(client.known);
        pass(mode.replyAgeMs / 1000);
        await client.fetchAll();
        expect(followed).toEqual(client.known);
      }),
      { numRuns: 50 },
    );
  },
  // Many runs on a busy machine.
  60_000,
);
