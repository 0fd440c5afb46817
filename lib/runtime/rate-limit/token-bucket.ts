/** So many requests a minute, all at once if they were saved up: a token bucket that holds them and refills in a minute. */
export interface RateLimit {
  /** What is limited: part of the bucket's key, and the policy's name in headers. */
  name: string;
  perMinute: number;
}

/** A bucket is one number: the time when it is full again, µs. Each token that is taken puts it off by an interval. */
export type FullAtUs = number;

export const WINDOW_US = 60_000_000;

/** An environment of which nothing is known yet takes this part of what is left: twenty of them hold 5 %. */
const FIRST_LEASE = 1 / 400;
/** One that has used up its lease gets twice as much, up to this part: leases become single tokens as the bucket drains. */
const LARGEST_LEASE = 1 / 16;

/** Time in which one token comes back. */
export function intervalUs({ perMinute }: RateLimit): number {
  return Math.floor(WINDOW_US / perMinute);
}

/** How many tokens there are. */
export function tokensIn(fullAtUs: FullAtUs, nowUs: number, limit: RateLimit): number {
  return Math.floor((nowUs + WINDOW_US - Math.max(fullAtUs, nowUs)) / intervalUs(limit));
}

/** When there will be a token in an empty bucket. */
export function nextTokenAtUs(fullAtUs: FullAtUs, limit: RateLimit): number {
  return fullAtUs - WINDOW_US + intervalUs(limit);
}

/** How many tokens to take at once. @param usedUp the size of the lease before, if it was used up in time */
export function leaseSize(available: number, usedUp = 0): number {
  const wanted = usedUp > 0 ? usedUp * 2 : Math.floor(available * FIRST_LEASE);
  return Math.max(1, Math.min(wanted, Math.floor(available * LARGEST_LEASE)));
}
