import type { Build } from './build-once.ts';
import type { RunRecord } from './run-record.ts';

/** One process of the system. */
export type Part = {
  readonly name: string;
  /** The program and its arguments, run in `cwd`, a folder of the root, or in the root itself. */
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Where it listens; a part that does not listen says so by a line that matches `upWhen`. */
  readonly port?: number;
  readonly portVariable?: string;
  /** Whether it speaks TLS there. */
  readonly isSecure?: boolean;
  readonly upWhen?: RegExp;
  /** Its own database, which it waits for. */
  readonly database?: string;
  /** What a person finds at its address. */
  readonly about?: string;
};

/** All that runs. Parts start together, but for those that wait for the database, and stop last to first. */
export type System = {
  readonly root: string;
  readonly host: string;
  readonly dataDir: string;
  readonly parts: readonly Part[];
  /** Goes on beside the start of the parts, so that one that cannot start says so before it ends. */
  readonly build?: Build | undefined;
  /** A server that is there already; unset, an embedded one is started. */
  readonly databaseUrl?: string | undefined;
  /** The environment of every part, to which its own address and database are added. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type Output = {
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Whether a person reads it, and not a program. */
  readonly isTerminal: boolean;
};

/** What every step of a start needs. */
export type Run = {
  readonly system: System;
  readonly output: Output;
  readonly record: RunRecord;
  /** Aborted when the start, or the whole run, is to end. */
  readonly signal: AbortSignal;
};
