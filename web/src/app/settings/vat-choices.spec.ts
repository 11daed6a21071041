import { soldWith } from './vat-choices.ts';

describe('soldWith()', () => {
  const plain = { vatCategory: 'Z', vatRateBp: 0 } as const;
  const exempt = { vatCategory: 'E', vatRateBp: 0 } as const;
  const reverse = { vatCategory: 'AE', vatRateBp: 0 } as const;

  it('makes a plain 0 % exempt where the company offers none', () => {
    expect(soldWith(plain, [exempt])).toEqual(exempt);
    expect(soldWith(plain, [plain, exempt])).toEqual(plain);
    expect(soldWith(reverse, [exempt])).toEqual(reverse);
  });
});
