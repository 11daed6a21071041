/**
 * Keeps retries from turning a service's weakness into its end: in the long run one retry for five
 * calls, with enough in hand that a quiet client may retry too (Finagle, Envoy: 20 %).
 */
export type RetryBudget = {
  /** Called once for each call, not for each attempt. */
  readonly deposit: () => void;
  /** Whether a retry may be made now; if so, it is paid for. */
  readonly withdraw: () => boolean;
};

export function createRetryBudget({
  ratio = 0.2,
  reservePerSecond = 10,
  now = () => performance.now(),
}: { ratio?: number; reservePerSecond?: number; now?: () => number } = {}): RetryBudget {
  const most = Math.max(MOST_SAVED, reservePerSecond);
  let tokens: number = reservePerSecond;
  let refilledMs = now();
  const refill = () => {
    const nowMs = now();
    const refilled = tokens + ((nowMs - refilledMs) / 1000) * reservePerSecond;
    // The reserve only ever fills up to itself; what lies above was earned by calls.
    tokens = Math.max(tokens, Math.min(refilled, reservePerSecond));
    refilledMs = nowMs;
  };
  return {
    deposit() {
      tokens = Math.min(tokens + ratio, most);
    },
    withdraw() {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** However many calls went well: a service that then fails is not to be met by a wave of retries. */
const MOST_SAVED = 100;
