import type { Log } from 'platform/log';

export type Access = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly route: string;
  readonly requestId: string;
  readonly traceId: string;
};

export type AccessLog = {
  readonly write: (access: Access) => void;
  /** Writes out what still waits. */
  readonly flush: () => void;
};

type AccessLogDeps = {
  readonly log: Log;
  readonly isTerminal?: boolean;
  readonly print?: (text: string) => void;
};

/**
 * A line for each forwarded request, of the same form as all other lines. It is written many at a
 * time: a line by way of the logging library, with a system call each, costs as much as forwarding.
 */
export function createAccessLog({
  log,
  isTerminal = process.stdout.isTTY,
  print = (text) => void process.stdout.write(text),
}: AccessLogDeps): AccessLog {
  let lines = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') print(lines);
    lines = '';
  };
  if (!log.isEnabledFor('info')) return { write: () => undefined, flush };
  if (isTerminal) return { write: (access) => writeReadable(access, log), flush };
  const rest = `","logger":${JSON.stringify(log.category.join('.'))},"method":"`;
  return {
    write(access) {
      lines += lineOf(access, rest);
      if (lines.length > MOST_WAITING) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    },
    flush,
  };
}

const FLUSH_AFTER_MS = 50;
const MOST_WAITING = 64 * 1024;

let stampMs = 0;
let start = '';

/** Up to the message. Many lines are written within one millisecond. */
function startOfLine(): string {
  const nowMs = Date.now();
  if (nowMs === stampMs) return start;
  stampMs = nowMs;
  start = `{"@timestamp":"${new Date(nowMs).toISOString()}","level":"INFO","message":"`;
  return start;
}

/** Put together of few pieces: each costs. `rest` is what stands between the message and the method. */
function lineOf(access: Access, rest: string): string {
  const { method, status, requestId, traceId } = access;
  const path = NEEDS_ESCAPE.test(access.path)
    ? JSON.stringify(access.path).slice(1, -1)
    : access.path;
  return (
    `${startOfLine()}${method} ${path} ${status}${rest}${method}","path":"${path}","status":` +
    `${status},"durationMs":${durationOf(access)},"route":"${access.route}","requestId":"` +
    `${requestId}","trace_id":"${traceId}"}\n`
  );
}

const NEEDS_ESCAPE = /[^ !#-[\]-~]/;

function writeReadable(access: Access, log: Log): void {
  const { traceId: trace_id, ...fields } = access;
  log.info('{method} {path} {status}', { ...fields, trace_id, durationMs: durationOf(access) });
}

const durationOf = ({ durationMs }: Access): number => Math.round(durationMs * 10) / 10;
