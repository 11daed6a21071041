import { afterAll, expect, test } from 'bun:test';

import fc from 'fast-check';

import { counted, moved } from './movements.ts';
import { newProduct, outcome, testStock } from './testing-stock.ts';

const stock = await testStock();
const { movements, products, reservations } = stock;
afterAll(stock.drop);

/** What stock should be, in whole pieces, by the plainest rules there are. */
type Model = {
  readonly onHand: number[];
  readonly held: Map<string, number[]>;
  readonly ended: Map<string, 'committed' | 'released'>;
};
type Real = { readonly ids: readonly string[] };
type Command = fc.AsyncCommand<Model, Real>;

const reservedOf = ({ held }: Model, product: number) =>
  [...held.values()].reduce((sum, quantities) => sum + (quantities[product] ?? 0), 0);

/** A step that must end in reality as in the model, and leave the same stock. */
function command(
  name: string,
  expected: (model: Model) => string,
  work: (real: Real) => Promise<unknown>,
): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      expect(await outcome(work(real))).toBe(expected(model));
      for (const [index, id] of real.ids.entries()) {
        const { onHand, reserved } = await products.find(id);
        const wanted = [model.onHand[index] ?? 0, reservedOf(model, index)];
        expect([Number(onHand), Number(reserved)]).toEqual(wanted);
      }
    },
  };
}

/** On hand becomes `after`, unless less than what is reserved would stay. */
function changes(model: Model, product: number, after: number): string {
  if (after < reservedOf(model, product)) return 'stock-short';
  model.onHand[product] = after;
  return 'done';
}

function reserves(model: Model, id: string, quantities: number[]): string {
  if (model.ended.get(id) === 'committed') return 'done';
  const own = model.held.get(id) ?? [];
  const isShort = quantities.some(
    (quantity, product) =>
      quantity > (model.onHand[product] ?? 0) - reservedOf(model, product) + (own[product] ?? 0),
  );
  if (isShort) return 'stock-short';
  model.ended.delete(id);
  model.held.set(id, quantities);
  return 'done';
}

function ends(model: Model, id: string, how: 'committed' | 'released'): string {
  const before = model.ended.get(id);
  if (before === how) return 'done';
  if (before !== undefined) return `reservation-${before}`;
  const quantities = model.held.get(id);
  if (quantities === undefined) return 'not-found';
  model.held.delete(id);
  model.ended.set(id, how);
  if (how === 'committed')
    for (const [product, quantity] of quantities.entries())
      model.onHand[product] = (model.onHand[product] ?? 0) - quantity;
  return 'done';
}

const product = fc.nat(1);
const reservation = fc.constantFrom(...Array.from({ length: 4 }, () => Bun.randomUUIDv7()));
const idOf = ({ ids }: Real, index: number) => ids[index] ?? '';

const commands = [
  fc.tuple(product, fc.constantFrom(-6, -3, -1, 1, 2, 5)).map(([index, delta]) => {
    const reason = delta > 0 ? ('receipt' as const) : ('adjustment' as const);
    const movement = { delta: `${delta}`, reason, note: 'x', reference: '' };
    return command(
      `move ${index} by ${delta}`,
      (model) => changes(model, index, (model.onHand[index] ?? 0) + delta),
      (real) => movements.add(idOf(real, index), (before) => moved(before, movement)),
    );
  }),
  fc.tuple(product, fc.nat(12)).map(([index, found]) =>
    command(
      `count ${found} of ${index}`,
      (model) => changes(model, index, found),
      (real) =>
        movements.add(idOf(real, index), (before) =>
          counted(before, { counted: `${found}`, note: '' }),
        ),
    ),
  ),
  fc
    .tuple(reservation, fc.integer({ min: 2, max: 7 }), fc.integer({ min: 1, max: 7 }))
    .map(([id, one, two]) =>
      command(
        `reserve ${one} and ${two} for ${id}`,
        (model) => reserves(model, id, [one, two]),
        (real) =>
          reservations.reserve(id, {
            // The first product on two lines, which count as one.
            lines: [
              { productId: idOf(real, 0), quantity: '1' },
              { productId: idOf(real, 1), quantity: `${two}` },
              { productId: idOf(real, 0), quantity: `${one - 1}` },
            ],
            expiresInSeconds: 900,
          }),
      ),
    ),
  reservation.map((id) =>
    command(
      `commit ${id}`,
      (model) => ends(model, id, 'committed'),
      () => reservations.commit(id),
    ),
  ),
  reservation.map((id) =>
    command(
      `release ${id}`,
      (model) => ends(model, id, 'released'),
      () => reservations.release(id),
    ),
  ),
];

test('stock is what the plainest model says, refusals too, and the ledger tells the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 30, size: 'max' }), async (steps) => {
      await stock.empty();
      const made = [
        await products.create(newProduct('10')),
        await products.create(newProduct('10')),
      ];
      const model = { onHand: [10, 10], held: new Map(), ended: new Map() };
      await fc.asyncModelRun(() => ({ model, real: { ids: made.map(({ id }) => id) } }), steps);
      expect(await stock.disagreements()).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 60_000);
