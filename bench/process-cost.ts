import { readdirSync, readFileSync } from 'node:fs';

/** The CPU time that a process has used so far, all its threads together, in microseconds. */
export function cpuMicrosOf(pid: number): number {
  let nanos = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    nanos += Number(stat.split(' ')[0]);
  }
  return nanos / 1000;
}

/** Resident memory in MB. */
export function residentMbOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}
