/** How leases behave. The wire is the same in both modes. */
export type Mode = {
  readonly name: 'default' | 'strict';
  /** What a renewal adds to a lease, in leases: Netflix counts its length twice. */
  readonly renewalLeases: 1 | 2;
  readonly evictionEveryMs: number;
  /** This share of all instances survives any one run of the evictor. */
  readonly survivingShare: number;
  /** Whether each lease counts with its own interval, or all with one of 30 seconds. */
  readonly preservation: 'own-intervals' | 'threshold';
  /** How long after its deregistration an instance is protected from its own late registrations. */
  readonly tombstoneMs: number;
  /** Replies may be this old; 0 shows every change at once. */
  readonly replyAgeMs: number;
  /** Refuses what Netflix's server refuses, even where the meaning is plain. */
  readonly strictInput: boolean;
};

export const MODES = {
  default: {
    name: 'default',
    renewalLeases: 1,
    evictionEveryMs: 1000,
    survivingShare: 0,
    preservation: 'own-intervals',
    tombstoneMs: 10_000,
    replyAgeMs: 0,
    strictInput: false,
  },
  strict: {
    name: 'strict',
    renewalLeases: 2,
    evictionEveryMs: 60_000,
    survivingShare: 0.85,
    preservation: 'threshold',
    tombstoneMs: 0,
    replyAgeMs: 30_000,
    strictInput: true,
  },
} as const satisfies Record<string, Mode>;
