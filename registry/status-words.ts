/** `42 s`, `12 min`, `3 h`, `5 d`: as exact as one looks at it. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** At most one decimal. */
export const rounded = (number: number): string => String(Math.round(number * 10) / 10);

/** `OUT_OF_SERVICE` as `out of service`. */
export const statusWords = (status: string): string => status.toLowerCase().replaceAll('_', ' ');
