import { heightOf, scaleFor } from './chart-scale.ts';

describe('scaleFor()', () => {
  it('ends at a round number above all values', () => {
    expect(scaleFor([123_456, 80_000])).toEqual({
      min: 0,
      max: 150_000,
      ticks: [0, 50_000, 100_000, 150_000],
    });
  });

  it('reaches below nothing for a month with more credited than invoiced', () => {
    const scale = scaleFor([900, -150]);
    expect(scale.min).toBeLessThanOrEqual(-150);
    expect(scale.ticks).toContain(0);
    expect(heightOf(scale.max, scale)).toBe(1);
    expect(heightOf(scale.min, scale)).toBe(0);
  });

  it('is a line where there is nothing to show', () => {
    expect(scaleFor([0, 0]).ticks).toEqual([0]);
  });
});
