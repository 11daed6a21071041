import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from 'platform/ports';

import { answers } from './answers.ts';

export type Peer = { readonly name: string; readonly url: string; readonly pid: number };

/** The processes of one measurement, and what they need on disk. */
export type Processes = {
  /** One of `gateway-peers.ts`. */
  readonly peer: (name: string, upstream?: string) => Promise<Peer>;
  /** The gateway as it is started for real, with the filters of its own table unless given one. */
  readonly gateway: (options: GatewayOptions) => Promise<Peer>;
  /** Those of nginx (one worker) and HAProxy (one thread) that are installed. */
  readonly installed: (upstream: string) => Promise<Peer[]>;
  readonly stop: () => Promise<void>;
};

type GatewayOptions = {
  readonly upstream?: string;
  /** A route table as YAML. */
  readonly routes?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdout?: Bun.BunFile;
};

export async function createProcesses(): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  const running: Bun.Subprocess[] = [];
  const start = (command: string[], options: { env?: Record<string, string> } = {}) => {
    const env = { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '4096', ...options.env };
    const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'ignore', env });
    running.push(child);
    return child;
  };
  const proxy = async (name: string, upstream: string): Promise<Peer[]> => {
    if (Bun.which(name) === null) return [];
    const port = await freePort('127.0.0.1');
    const file = join(folder, `${name}.conf`);
    const { conf, command } = INSTALLED[name] ?? { conf: () => '', command: () => [] };
    await Bun.write(file, conf({ port, upstream: new URL(upstream).host, folder }));
    const child = start(command(file));
    const url = `http://127.0.0.1:${port}`;
    await answers(`${url}/api/ready`);
    return [{ name, url, pid: child.pid }];
  };
  return {
    async peer(name, upstream = '') {
      const child = start([process.execPath, fileHere('gateway-peers.ts'), name, upstream]);
      const { value } = await child.stdout.getReader().read();
      return { name, url: new TextDecoder().decode(value).trim(), pid: child.pid };
    },
    async gateway({ upstream = '', routes, env = {}, stdout }) {
      const port = await freePort('127.0.0.1');
      const table = join(folder, `routes-${port}.yaml`);
      if (routes !== undefined) await Bun.write(table, routes);
      const child = Bun.spawn([process.execPath, fileHere('../gateway/main.ts')], {
        stdout: stdout ?? 'ignore',
        env: {
          ...process.env,
          BUN_CONFIG_MAX_HTTP_REQUESTS: '4096',
          PORT: String(port),
          GATEWAY_ROUTES: 'static',
          EUREKA_URL: 'http://127.0.0.1:1/eureka',
          ...(upstream === '' ? {} : { CUSTOMER_PORT: new URL(upstream).port }),
          ...(routes === undefined ? {} : { GATEWAY_ROUTES_FILE: table }),
          ...env,
        },
      });
      running.push(child);
      const url = `http://127.0.0.1:${port}`;
      await answers(`${url}/health/ready`);
      return { name: 'gateway', url, pid: child.pid };
    },
    installed: async (upstream) => [
      ...(await proxy('nginx', upstream)),
      ...(await proxy('haproxy', upstream)),
    ],
    async stop() {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(running.map((child) => child.exited));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const fileHere = (path: string): string => join(import.meta.dir, path);

type ConfOptions = { readonly port: number; readonly upstream: string; readonly folder: string };
type Installed = {
  readonly conf: (options: ConfOptions) => string;
  readonly command: (file: string) => string[];
};

const INSTALLED: Readonly<Record<string, Installed>> = {
  nginx: {
    command: (file) => ['nginx', '-c', file],
    conf: ({ port, upstream, folder }) => `
      daemon off; master_process off; pid ${folder}/nginx.pid; error_log /dev/null;
      events { worker_connections 4096; }
      http {
        access_log /dev/null; client_max_body_size 0; keepalive_requests 10000000;
        client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
        upstream up { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
        server {
          listen 127.0.0.1:${port};
          location /api/ {
            proxy_pass http://up/; proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          }
        }
      }`,
  },
  haproxy: {
    command: (file) => ['haproxy', '-db', '-f', file],
    conf: ({ port, upstream }) => `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  http-request replace-path /api(/.*) \\1
  option forwardfor
  default_backend up
backend up
  http-reuse always
  server one ${upstream}
`,
  },
};
