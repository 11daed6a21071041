import type { Client } from './client-types.ts';
import type { Contract } from './contract.ts';
import { feign } from './feign.ts';
import { type Handlers, implement } from './implement.ts';
import type { OperationsOf } from './operation-types.ts';

/**
 * A client for tests that answers from a plain object: one function per operation that the test
 * needs, written as a service would write it. Everything goes through the contract, both ways, so
 * that a fake cannot say what the service could not. An operation without a function answers 500.
 */
export function fakeClient<C extends Contract>(
  contract: C,
  handlers: Partial<Handlers<OperationsOf<C>>>,
): Client<C> {
  const names = Object.keys(contract.operations);
  const all = Object.fromEntries(names.map((name) => [name, () => notFaked(name)]));
  // Each missing handler is there, and throws.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  const complete = { ...all, ...handlers } as unknown as Handlers<OperationsOf<C>>;
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- what C is made of
  const app = implement(contract as unknown as Contract<OperationsOf<C>>, complete);
  return feign(contract, { fetch: (request) => app.fetch(request), retries: 0 });
}

function notFaked(name: string): never {
  throw new Error(`The test has no answer for '${name}'`);
}
