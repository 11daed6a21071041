import type { Instance } from './instance.ts';

/** What is needed of a lease to tell whether its instance is silent. */
export type LeaseAge = {
  readonly instance: Pick<Instance, 'renewalSeconds' | 'leaseSeconds'>;
  readonly renewedMs: number;
};

/** How it stands with self-preservation, in the numbers that decide it. */
export type PreservationReport = {
  /** Leases that run out are kept: it looks as if the network failed, not the instances. */
  readonly active: boolean;
  /** Instances whose renewals are counted. */
  readonly instances: number;
  /** Instances that have been silent for too long; always 0 where leases are not told apart. */
  readonly overdue: number;
  readonly expectedPerMinute: number;
  readonly thresholdPerMinute: number;
  /** Compared with the threshold. */
  readonly countedPerMinute: number;
  /** Renewals that came in, for the bar on the page. */
  readonly receivedPerMinute: number;
};

export type SelfPreservation = {
  joined(): void;
  left(): void;
  renewed(): void;
  report(leases: Iterable<LeaseAge>): PreservationReport;
};

/** Below this share of the expected renewals, leases that run out are kept. */
export const NEEDED_SHARE = 0.85;
/** Among fewer instances a single crash could look like a failing network. */
export const SMALLEST_FLEET = 10;
