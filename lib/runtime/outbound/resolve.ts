import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../errors.ts';
import type { AddressPolicy } from './address-policy.ts';

/** The place is one that nobody outside may make us ask. Which one, and what is there, is not told. */
export class AddressNotAllowed extends AppError {
  constructor() {
    super('ADDRESS_NOT_ALLOWED', 422, 'Name a public address: this one is private, reserved, or not known to DNS.');
  }
}

export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** How long DNS may take to answer, ms. */
const RESOLVE_WITHIN_MS = 2_000;

/** All addresses of a host. Throws {@link AddressNotAllowed} unless every one of them is allowed. */
export async function allowedAddressesOf(
  host: string,
  policy: AddressPolicy,
  resolve: Resolve = resolveByDns,
): Promise<LookupAddress[]> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host).catch(() => []) : [{ address: host, family }];
  if (addresses.length === 0 || !addresses.every(({ address }) => policy.allows(address)))
    throw new AddressNotAllowed();
  return addresses;
}

function resolveByDns(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('DNS did not answer in time.')), RESOLVE_WITHIN_MS);
    lookup(hostname, { all: true }, (error, addresses) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(addresses);
    });
  });
}

/**
 * `lookup` for a connection to a host whose addresses have been checked: it goes to one of them, so that the name cannot
 * lead to another place in between (DNS rebinding).
 */
export function pinnedTo(addresses: LookupAddress[]): LookupFunction {
  const [first] = addresses;
  return (_hostname, { all }, callback) => {
    if (all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** `lookup` for connections that are kept open: names are checked whenever a new connection is made. */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    allowedAddressesOf(hostname, policy).then(
      (addresses) => pinnedTo(addresses)(hostname, options, callback),
      (error: Error) => callback(error, []),
    );
  };
}
