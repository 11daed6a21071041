/** Where the lines of a chart are drawn, and what its ends stand for. */
export type ChartScale = {
  readonly min: number;
  readonly max: number;
  /** From the lowest to the highest, `min` and `max` among them. */
  readonly ticks: readonly number[];
};

/** A scale of round numbers that holds all values and nothing. */
export function scaleFor(values: readonly number[], lines = 4): ChartScale {
  const highest = Math.max(0, ...values);
  const lowest = Math.min(0, ...values);
  if (highest === lowest) return { min: 0, max: 1, ticks: [0] };
  const step = roundUp((highest - lowest) / lines);
  const min = Math.floor(lowest / step) * step;
  const max = Math.ceil(highest / step) * step;
  const count = Math.round((max - min) / step);
  return { min, max, ticks: Array.from({ length: count + 1 }, (_, index) => min + index * step) };
}

/** How far up a value lies, from 0 to 1. */
export function heightOf(value: number, { min, max }: ChartScale): number {
  return (value - min) / (max - min);
}

/** The next 1, 2, 2.5 or 5 with noughts. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((round) => round * power >= value) ?? 10;
  return factor * power;
}
