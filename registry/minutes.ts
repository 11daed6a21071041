/** Counts within the last 60 seconds, to the second. */
export function slidingMinute(clock: () => number) {
  const perSecond = new Uint32Array(60);
  let lastSecond = Math.floor(clock() / 1000);

  function roll() {
    const second = Math.floor(clock() / 1000);
    const steps = Math.min(60, second - lastSecond);
    for (let step = 1; step <= steps; step += 1) perSecond[(lastSecond + step) % 60] = 0;
    if (second !== lastSecond) lastSecond = second;
    return second % 60;
  }

  return {
    count() {
      const slot = roll();
      perSecond[slot] = (perSecond[slot] ?? 0) + 1;
    },
    total() {
      roll();
      return perSecond.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** The count of the last full minute, minutes being counted from the start. */
export function tumblingMinute(clock: () => number) {
  let startMs = clock();
  let current = 0;
  let last = 0;

  function roll() {
    const minutes = Math.floor((clock() - startMs) / 60_000);
    if (minutes < 1) return;
    last = minutes === 1 ? current : 0;
    current = 0;
    startMs += minutes * 60_000;
  }

  return {
    count() {
      roll();
      current += 1;
    },
    total() {
      roll();
      return last;
    },
  };
}
