import { isStillRunning, type ProcessInfo, readProcess } from './process-info.ts';

/**
 * The processes above this one that were only started to start it: npx, npm, `bun run` and the
 * shells between them, nearest first. Somebody's own shell, a terminal or a CI runner is none of
 * them: those may leave while the system goes on.
 */
export function wrapperAncestors(
  parent: number = process.ppid,
  read: (pid: number) => ProcessInfo | undefined = readProcess,
): readonly ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (let next = read(parent); next !== undefined; next = read(next.parent)) {
    if (isScriptRunner(next.command)) found.push(next);
    else if (isScriptShell(next.command) && isScriptRunner(read(next.parent)?.command ?? ''))
      found.push(next);
    else break;
  }
  return found;
}

/**
 * Calls back once when one of the wrappers is gone. When npx is killed with -9, those between it
 * and us stay, and nobody tells us: so we look.
 */
export function onAncestorGone(
  ancestors: readonly ProcessInfo[],
  callback: (gone: ProcessInfo) => void,
  intervalMs = 500,
): { stop: () => void } {
  const timer = setInterval(() => {
    const gone = ancestors.find((ancestor) => !isStillRunning(ancestor));
    if (gone === undefined) return;
    clearInterval(timer);
    callback(gone);
  }, intervalMs);
  if (ancestors.length === 0) clearInterval(timer);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** `npm exec …`, `node /usr/bin/npx …`, `bun run start`, `bunx …`; not `bun stack.ts`. */
function isScriptRunner(command: string): boolean {
  const [program = '', ...words] = command.split(' ');
  const name = baseName(program);
  if (/^node(\.exe)?$/.test(name)) return isScriptRunner(words.join(' '));
  if (/^(npx|npm|pnpm|yarn|bunx)(-cli)?(\.c?js)?$/.test(name)) return true;
  if (!/^bun(\.exe|\.js)?$/.test(name)) return false;
  const [subcommand, script = ''] = words.filter((word) => !word.startsWith('-'));
  return /^(run|x|start|dev)$/.test(subcommand ?? '') && !/\.[jt]sx?$/.test(script);
}

function isScriptShell(command: string): boolean {
  const [program = '', flag = ''] = command.split(' ');
  return /^(ba|da|z|k|a)?sh$/.test(baseName(program)) && /^-\w*c$/.test(flag);
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
