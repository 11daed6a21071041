import { isPortFree, portHolder } from './ports.ts';
import { readProcess } from './process-info.ts';

export type ClaimedPort = {
  readonly name: string;
  readonly port: number;
  /** The variable by which another port is chosen. */
  readonly variable: string;
};

type ClaimOptions = {
  readonly host: string;
  /** The part that a process of an earlier run was; undefined for any other process. */
  readonly leftoverName: (pid: number) => string | undefined;
  /** What an earlier run left ends by itself soon after that run was killed. */
  readonly leftoverLimitMs?: number;
};

/** Throws, naming port, holder and what to do, when one of the ports is taken. */
export async function claimPorts(
  claimed: readonly ClaimedPort[],
  { host, leftoverName, leftoverLimitMs = 5000 }: ClaimOptions,
): Promise<void> {
  const giveUpAt = performance.now() + leftoverLimitMs;
  for (const claim of claimed) {
    while (!isPortFree(host, claim.port)) {
      const holder = portHolder(claim.port);
      const leftover = holder === undefined ? undefined : leftoverName(holder);
      if (leftover === undefined || performance.now() > giveUpAt) {
        throw new Error(complaint(claim, holder, leftover));
      }
      await Bun.sleep(50);
    }
  }
}

function complaint(
  { name, port, variable }: ClaimedPort,
  holder: number | undefined,
  leftover: string | undefined,
): string {
  const otherwise = `choose another port with ${variable}`;
  if (holder === undefined) {
    return `Port ${port} (${name}) is taken by another program: stop that, or ${otherwise}`;
  }
  const what =
    leftover === undefined
      ? (readProcess(holder)?.command ?? 'unknown')
      : `${leftover}, a leftover of an earlier run`;
  return `Port ${port} (${name}) is taken by process ${holder} (${what}): stop it with 'kill ${holder}', or ${otherwise}`;
}
