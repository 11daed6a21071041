import type { Entry, Instance } from './instance.ts';

/** An instance's place in the registry, for as long as it goes on renewing. */
export type Lease = {
  /** As of its last change; renewals alone make no new one. */
  entry: Entry;
  instance: Instance;
  registeredMs: number;
  renewedMs: number;
  upSinceMs: number;
  /** Past this it may be evicted. */
  expiresMs: number;
  /** Brought back from disk after a restart, and not heard of since. */
  restored: boolean;
};

export type EvictionReason = 'lease ran out' | 'stopped answering' | 'evicted by hand';
export type Happening =
  | 'registered'
  | 'restored'
  | 'status changed'
  | 'metadata changed'
  | 'deregistered'
  | EvictionReason;

/** Told of every change, in order, after it was made. */
export type ChangeListener = (entry: Entry, happening: Happening) => void;
