import { inputOf, ratesOf, settingsOf } from './settings-input.ts';

describe('ratesOf()', () => {
  it('reads percentages as people list them, highest first', () => {
    expect(ratesOf('5,5 % ; 20 ; 10%')).toEqual([2000, 1000, 550]);
    expect(ratesOf('20 20')).toEqual([2000]);
    expect(ratesOf('0')).toEqual([0]);
  });

  it.each(['', 'vingt', '120', '20 ; x', '5,555'])('takes %s for no rates', (typed) => {
    expect(ratesOf(typed)).toBeUndefined();
  });
});

describe('settingsOf()', () => {
  it('gives back what inputOf() made of the settings', () => {
    const settings = {
      ...settingsOf(inputOf(undefined, ',')),
      vatRatesBp: [2000, 210],
      recoveryFeeMinor: 4050,
      version: 3,
      updatedAt: '2026-11-22T10:00:00Z',
    };
    const { version: _, updatedAt: __, ...sent } = settings;
    expect(settingsOf(inputOf(settings, ','))).toEqual(sent);
  });
});
