import { BlockList, isIP } from 'node:net';
import { requiredEnv } from '../config.ts';

type Network = [network: string, prefix: number];

/** Never, whatever is allowed: what only this machine, this link, or nobody has, and other ways to write an IPv4. */
const NEVER: Network[] = [
  ['0.0.0.0', 8],
  // Link-local: instance metadata (169.254.169.254), credentials of containers (169.254.170.2).
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  // Metadata of AWS over IPv6.
  ['fd00:ec2::', 32],
  ['ff00::', 8],
  // Ways to an IPv4 address: NAT64, 6to4, Teredo, IPv4-translated.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['::ffff:0:0:0', 96],
];

/** Not to be reached from everywhere: only where the configuration says so. */
const PRIVATE: Network[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

/** All addresses of the IPv6 internet are in here, and many that are not. */
const GLOBAL_IPV6: Network[] = [['2000::', 3]];
/** `::ffff:10.0.0.1` is 10.0.0.1; lists of IPv4 networks know that by themselves. */
const IPV4_MAPPED: Network[] = [['::ffff:0:0', 96]];

const never = listOf(NEVER);
const privately = listOf(PRIVATE);
const globalIpv6 = listOf(GLOBAL_IPV6);
const ipv4Mapped = listOf(IPV4_MAPPED);

/**
 * Which addresses may be asked on behalf of somebody else, who names the place: public ones, and those of the networks
 * that are allowed. Otherwise a registration could make us ask what only we can reach (server-side request forgery).
 */
export class AddressPolicy {
  readonly #allowed: BlockList;

  /** @param allowedNetworks CIDR blocks, such as `10.1.0.0/16` */
  constructor(allowedNetworks: string[] = []) {
    this.#allowed = listOf(allowedNetworks.map(parseNetwork));
  }

  /** @param address an IP address in its usual form; anything else is not allowed */
  allows(address: string): boolean {
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (never.check(address, family)) return false;
    if (this.#allowed.check(address, family)) return true;
    if (privately.check(address, family)) return false;
    return version === 4 || globalIpv6.check(address, family) || ipv4Mapped.check(address, family);
  }
}

function parseNetwork(cidr: string): Network {
  const [network = '', prefix = ''] = cidr.trim().split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(network)] ?? -1;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) {
    throw new Error(`"${cidr}" is not a network: write it like 10.1.0.0/16.`);
  }
  return [network, Number(prefix)];
}

function listOf(networks: Network[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list;
}

let ofStage: AddressPolicy | undefined;

/** The policy that the stack sets: `ALLOWED_NETWORKS` has CIDR blocks with commas between, or `none`. */
export function addressPolicy(): AddressPolicy {
  const networks = requiredEnv('ALLOWED_NETWORKS');
  ofStage ??= new AddressPolicy(networks === 'none' ? [] : networks.split(','));
  return ofStage;
}
