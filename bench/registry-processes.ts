import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from 'platform/ports';

import { answers } from './answers.ts';
import { fetching, registration, renewal } from './registry-fleet.ts';
import { sendAll } from './registry-load.ts';

export const CONNECTIONS = 16;
export const FLEET = 10_000;

/** A server that is measured, on this machine. */
export type Process = { readonly pid: number; readonly port: number };

/** The registries of one measurement, and the bare server beside them. */
export async function createProcesses() {
  const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'));
  const running: Bun.Subprocess[] = [];
  /** Where a restarted registry asks about instances that it has not heard of for a while. */
  const health = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const healthPort = health.port ?? 0;

  const start = async (name: string, port?: number): Promise<Process> => {
    const chosen = port ?? (await freePort('127.0.0.1'));
    const child = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
      stdout: 'ignore',
      env: {
        ...process.env,
        DATA_DIR: join(folder, name),
        PORT: String(chosen),
        LOG_LEVEL: 'error',
      },
    });
    running.push(child);
    await answers(`http://127.0.0.1:${chosen}/health/ready`);
    return { pid: child.pid, port: chosen };
  };

  return {
    healthPort,

    async registered(): Promise<Process> {
      const registry = await start('registered');
      await register(registry, healthPort);
      return registry;
    },

    /** As it is in service: everybody registered, renewed once, and somebody fetched. */
    async inService(): Promise<Process> {
      const registry = await start('in-service');
      await register(registry, healthPort);
      await send(registry, FLEET, renewal);
      await send(registry, 10, () => fetching('/eureka/apps'));
      return registry;
    },

    /** A registry whose fleet came back from disk, and is therefore no recent change. */
    async restored(size: number): Promise<Process> {
      const first = await start(`restored-${size}`);
      await register(first, healthPort, size);
      process.kill(first.pid, 'SIGTERM');
      await running.find(({ pid }) => pid === first.pid)?.exited;
      return await start(`restored-${size}`, first.port);
    },

    /** Sends these bytes, whatever it is asked for. */
    async bare(bytes: Uint8Array): Promise<Process> {
      const file = join(folder, 'bytes');
      await Bun.write(file, bytes);
      const program = join(import.meta.dir, 'registry-peers.ts');
      const child = Bun.spawn([process.execPath, program, file], { stdout: 'pipe' });
      running.push(child);
      const { value } = await child.stdout.getReader().read();
      return { pid: child.pid, port: Number(new TextDecoder().decode(value)) };
    },

    async stop(): Promise<void> {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(running.map(({ exited }) => exited));
      await health.stop(true);
      await rm(folder, { recursive: true });
    },
  };
}

/** Registers the first of the fleet. */
const register = (to: Process, healthPort: number, count = FLEET) =>
  send(to, count, (index) => registration(index, healthPort));

const send = ({ port }: Process, requests: number, request: (index: number) => string) =>
  sendAll({ port, connections: CONNECTIONS, requests, request });
