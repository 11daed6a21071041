import { pidExists } from './process-info.ts';

/** The variable by which whoever starts a process asks it not to outlive it: its own pid. */
export const EXIT_WITH_PARENT = 'EXIT_WITH_PARENT';

/**
 * Ends this process in order, as by SIGTERM, once the process that started it is gone, even if
 * that one was killed with -9. Does nothing unless `EXIT_WITH_PARENT` is set, as the supervisor
 * does. A grandchild that inherits the variable watches its own parent.
 */
export function exitWithParent(
  startedBy: string | undefined = process.env[EXIT_WITH_PARENT],
  intervalMs = 250,
): void {
  if (startedBy === undefined || startedBy === '') return;
  // Its pipes broke with it: a log line must not end us before we ended in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && pidExists(Number(startedBy))) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, intervalMs);
  timer.unref();
}
