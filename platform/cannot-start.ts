/** Ends the process with one line that says why, and what to do about it. */
export function cannotStart(reason: string): never {
  process.stderr.write(`Cannot start: ${reason}\n`);
  process.exit(1);
}
