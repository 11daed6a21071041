import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

type Interfaces = Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;

/**
 * The address under which others reach a process that listens on `host`. Who listens everywhere
 * (`0.0.0.0`, `::`) is reached at the address of this machine or container: IPv4 before IPv6, real
 * interfaces before the bridges that a container engine makes for its own guests, and loopback only
 * where there is nothing else.
 */
export function reachableHost(host: string, interfaces: Interfaces = networkInterfaces()): string {
  const bare = host.replace(/^\[|\]$/g, '');
  if (!EVERYWHERE.has(bare)) return bare;
  const outside = Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.map((address) => ({ name, ...address })))
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
    .toSorted((a, b) => rank(a) - rank(b));
  return outside[0]?.address ?? '127.0.0.1';
}

const EVERYWHERE = new Set(['0.0.0.0', '::', '::0', '']);

/** Valid on one wire only, and for IPv6 only together with the name of an interface. */
const isLinkLocal = (address: string): boolean =>
  address.startsWith('169.254.') || /^fe[89ab]/i.test(address);

function rank({ name, family }: { name: string; family: string }): number {
  const isBridge = /^(docker|br-|veth|virbr|cni|flannel|podman|lxc)/.test(name);
  return (isBridge ? 2 : 0) + (family === 'IPv4' ? 0 : 1);
}
