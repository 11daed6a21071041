import { BlockList, isIP } from 'node:net';

import { z } from 'zod';

export type IsTrusted = (address: string) => boolean;

/** A comma-separated list of addresses and CIDR ranges, as the test whether one lies in it. */
export const TrustedProxies = z
  .string()
  .default('')
  .transform((list, context): IsTrusted => {
    const ranges = new BlockList();
    const entries = list
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    for (const entry of entries) {
      const reason = addRange(ranges, entry);
      if (reason !== undefined) context.addIssue(`${reason}: '${entry}'`);
    }
    if (entries.length === 0) return () => false;
    return (address) => ranges.check(address, familyOf(address));
  });

/** An IPv4 address that came in over an IPv6 socket, as what it is. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;

/** The last address on the way to us that no trusted proxy vouches for: the client's. */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  isTrusted: IsTrusted,
): string {
  let client = peer;
  for (const address of (forwardedFor ?? '').split(',').toReversed()) {
    const before = address.trim();
    if (!isTrusted(client) || isIP(before) === 0) return client;
    client = before;
  }
  return client;
}

function addRange(ranges: BlockList, entry: string): string | undefined {
  const [address = '', bits] = entry.split('/');
  const version = isIP(address);
  if (version === 0) return 'must be addresses or CIDR ranges';
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most))
    return `a prefix has at most ${most} bits`;
  ranges.addSubnet(address, bits === undefined ? most : Number(bits), familyOf(address));
  return undefined;
}

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
