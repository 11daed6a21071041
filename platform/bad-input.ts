import { describe, expect, test } from 'bun:test';

import fc from 'fast-check';

import { badRequests } from './bad-requests.ts';
import type { StatusRecorder } from './contract-testing.ts';
import { type Contract, Problem } from './contract.ts';
import { hostileRequests } from './hostile-requests.ts';

type Tested = {
  readonly contract: Contract;
  /** What these operations are some of; left out where they are all. */
  readonly whole?: Contract;
  /** A good body for each operation that takes one and names a record. */
  readonly bodies: Readonly<Record<string, unknown>>;
  readonly recorder: StatusRecorder;
  /** Makes what there is to be spoilt; gives the ids of records that exist. */
  readonly prepare: () => Promise<readonly string[]>;
  /** All that a request may change, to be compared. */
  readonly state: () => Promise<unknown>;
  readonly hostileRuns: number;
};

/** For tests: what everybody may get wrong, and much that nobody would send, on every operation. */
export function testBadInput(tested: Tested): void {
  const { contract, whole = contract, bodies, recorder, prepare, state, hostileRuns } = tested;
  describe('bad input', () => {
    for (const bad of badRequests(contract, { bodies, whole })) {
      test(`${bad.name} answers ${bad.status} and writes nothing`, async () => {
        await prepare();
        const before = await state();
        const response = await recorder.request(bad.path, bad.init);
        expect(response.status).toBe(bad.status);
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expect(response.headers.get('allow')).toBe(bad.allow ?? null);
        const { errors = [] } = Problem.parse(await response.json());
        const pointers = errors.map(({ pointer }) => pointer);
        expect(pointers).toEqual(expect.arrayContaining([...(bad.pointers ?? [])]));
        expect(await state()).toEqual(before);
      });
    }

    test('whatever is sent, the answer is one that the contract declares, never a 5xx', async () => {
      const ids = await prepare();
      await fc.assert(
        fc.asyncProperty(hostileRequests(contract, ids), async ({ path, init }) => {
          const response = await recorder.request(path, init);
          expect(response.status).toBeLessThan(500);
        }),
        { numRuns: hostileRuns },
      );
    }, 60_000);
  });

  test('every status that openapi.json declares was produced', () => {
    expect(recorder.missingStatuses(contract)).toEqual([]);
  });
}
