import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A port of `host` that is free now. */
export async function freePort(host: string): Promise<number> {
  const listener = listen(host, 0);
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Whether nobody listens there; throws in one line where we never could. */
export function isPortFree(host: string, port: number): boolean {
  try {
    listen(host, port).stop(true);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
}

/** The process that listens on `port`; undefined when it cannot be told, as for another user's. */
export function portHolder(port: number): number | undefined {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}

/** The host by which a listener on `host` is called: one that listens everywhere, by loopback. */
export function callableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Throws in one line that says what to do where we never could. */
function listen(hostname: string, port: number) {
  try {
    return Bun.listen({ hostname, port, exclusive: true, socket: { data() {} } });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EADDRINUSE') throw error;
    const reason =
      code === 'EACCES'
        ? `only an administrator may listen on port ${port}`
        : 'HOST must name an address of this machine';
    throw new Error(`Cannot listen on ${hostname}: ${reason}`, { cause: error });
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : '');

function holderFromProc(port: number): number | undefined {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((family) => listeningInodes(family, port)));
  if (inodes.size === 0) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => socketsOf(pid).some((inode) => inodes.has(inode)));
}

/** proc_net(5): local address in hex, then the state, where 0A is LISTEN; the inode is the tenth. */
function listeningInodes(family: string, port: number): readonly string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    return readFileSync(`/proc/net/${family}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(ending) === true && state === '0A')
      .flatMap((fields) => fields[9] ?? []);
  } catch {
    return []; // No IPv6 on this machine.
  }
}

function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return []; // Another user's, or gone meanwhile.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function holderFromLsof(port: number): number | undefined {
  if (Bun.which('lsof') === null) return undefined;
  const { stdout } = Bun.spawnSync(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']);
  return Number.parseInt(stdout.toString(), 10) || undefined;
}
