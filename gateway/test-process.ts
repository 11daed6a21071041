import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from 'platform/testing';

type ProcessOptions = {
  /** A route table as YAML; without it the one that comes with the gateway. */
  readonly routes?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** A gateway as a process of its own, in static mode unless `env` says otherwise. */
export async function startGatewayProcess({ routes, env = {} }: ProcessOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const file = join(folder, 'routes.yaml');
  if (routes !== undefined) await Bun.write(file, routes);
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: {
      ...process.env,
      PORT: '0',
      EUREKA_URL: 'http://127.0.0.1:1/eureka',
      GATEWAY_ROUTES: 'static',
      ...(routes === undefined ? {} : { GATEWAY_ROUTES_FILE: file }),
      ...env,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let said = '';
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true });
  };
  const output = Promise.all([read(child.stdout), read(child.stderr)]);
  const gone = child.exited.finally(() => rm(folder, { recursive: true, force: true }));
  const listening = () => /Listening on \\?"?(https?:[\w.:/]+)/.exec(said)?.[1];
  const url = await until(listening, { what: 'a gateway that listens' });
  const ended = async () => {
    await Promise.all([gone, output]);
    return child.exitCode;
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return await ended();
  };
  return { url, port: Number(new URL(url).port), child, said: () => said, file, ended, stop };
}
