import { readFileSync } from 'node:fs';

import { onAncestorGone, wrapperAncestors } from './ancestors.ts';
import type { ProcessInfo } from './process-info.ts';

/** `bun run` passes on a Ctrl-C that the terminal sent as well: what follows that close is the same. */
const SAME_REQUEST_MS = 2000;

/**
 * Calls back when this process should end: on SIGINT, SIGTERM and SIGHUP, and when one of the
 * wrappers that started it (npx, `bun run`) is gone. A second request, later than by accident, is
 * impatient.
 */
export function onStopRequest(callback: (reason: string, impatient: boolean) => void): void {
  const ancestors = wrapperAncestors();
  let firstAt: number | undefined;
  const request = (reason: string) => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt < SAME_REQUEST_MS) return;
    callback(reason, firstAt !== undefined);
    firstAt ??= now;
  };
  process.on('SIGINT', () => request('SIGINT'));
  process.on('SIGTERM', () => request('SIGTERM'));
  if (!isHangupIgnored(ancestors)) process.on('SIGHUP', () => request('SIGHUP'));
  else process.on('SIGHUP', () => {});
  onAncestorGone(ancestors, ({ pid, command }) =>
    request(`process ${pid} that started it is gone (${command.trim()})`),
  );
}

/**
 * nohup makes a process ignore SIGHUP, and what it starts as well. npx and `bun run` undo that on
 * the way to us, so the outermost of them is asked whether nohup started it.
 */
function isHangupIgnored(ancestors: readonly ProcessInfo[]): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readText('/proc/self/status'))?.[1] ?? '0';
  const outermost = ancestors.at(-1)?.pid ?? process.pid;
  const startedBy = /(?:^|\0)_=([^\0]*)/.exec(readText(`/proc/${outermost}/environ`))?.[1] ?? '';
  return (BigInt(`0x${mask}`) & 1n) === 1n || /(^|\/)nohup$/.test(startedBy);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // No /proc here.
  }
}
