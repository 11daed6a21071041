/** What may be said of how a client calls: for all calls, or by a contract for one operation. */
export type CallSettings = {
  readonly timeoutMs?: number | undefined;
  readonly totalTimeoutMs?: number | undefined;
  readonly hedgeAfterMs?: number | undefined;
  readonly retries?: number | undefined;
  readonly concurrentCalls?: number | undefined;
  readonly waitingCalls?: number | undefined;
};

/** Which setting could only fail with a call, and then as something else; undefined when none. */
export function complaintAboutSettings(settings: CallSettings): string | undefined {
  for (const name of TIMES) {
    const ms = settings[name];
    if (ms !== undefined && !(ms > 0 && ms <= LONGEST_TIMER_MS))
      return `${name} ${ms} is no length of time`;
  }
  for (const [name, least] of COUNTS) {
    const count = settings[name];
    if (count !== undefined && !(Number.isInteger(count) && count >= least))
      return `${name} ${count} is no whole number from ${least}`;
  }
  return undefined;
}

const TIMES = ['timeoutMs', 'totalTimeoutMs', 'hedgeAfterMs'] as const;
const COUNTS = [
  ['retries', 0],
  ['concurrentCalls', 1],
  ['waitingCalls', 0],
] as const;

/** A timer that is to wait longer fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;
