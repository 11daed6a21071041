import { changesOf, withMine } from './changes.ts';

const base = { name: 'Durand', rates: [2000, 550], seller: { city: 'Lyon', phone: '' } };

describe('changesOf()', () => {
  it('names what differs, within records too, and arrays as a whole', () => {
    const after = { ...base, rates: [2000], seller: { city: 'Brest', phone: '' } };
    expect(changesOf(base, after)).toEqual([
      { field: 'rates', before: [2000, 550], after: [2000] },
      { field: 'seller.city', before: 'Lyon', after: 'Brest' },
    ]);
  });

  it('finds nothing between equals', () => {
    expect(changesOf(base, structuredClone(base))).toEqual([]);
  });
});

describe('withMine()', () => {
  it('keeps what I changed and takes what others changed beside it', () => {
    const mine = { ...base, name: 'Durand et fils' };
    const theirs = { ...base, seller: { city: 'Brest', phone: '01' } };
    expect(withMine(base, mine, theirs)).toEqual({ ...theirs, name: 'Durand et fils' });
  });

  it('lets mine win where both changed the same field', () => {
    const mine = { ...base, seller: { city: 'Nice', phone: '' } };
    const theirs = { ...base, seller: { city: 'Brest', phone: '01' } };
    expect(withMine(base, mine, theirs).seller).toEqual({ city: 'Nice', phone: '01' });
  });

  it('keeps my line beside theirs, and all of mine once I added one', () => {
    const line = { product: 'Lampe', quantity: '1' };
    const before = { lines: [line, line] };
    const theirs = { lines: [{ ...line, quantity: '7' }, line] };
    const mine = { lines: [line, { ...line, quantity: '2' }] };
    expect(withMine(before, mine, theirs).lines).toEqual([
      { ...line, quantity: '7' },
      { ...line, quantity: '2' },
    ]);
    const longer = { lines: [line, line, line] };
    expect(withMine(before, longer, theirs)).toEqual(longer);
  });
});
