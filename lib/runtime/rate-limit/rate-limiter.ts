import {
  type FullAtUs,
  intervalUs,
  leaseSize,
  nextTokenAtUs,
  type RateLimit,
  tokensIn,
  WINDOW_US,
} from './token-bucket.ts';

/** What is asked of the bucket that all execution environments share. */
export interface Taking {
  key: string;
  tokens: number;
  limit: RateLimit;
  nowUs: number;
  /** Whether the bucket is thought not to be full: which of two updates to try first. */
  isInUse: boolean;
}

export interface BucketStore {
  /** Takes all of the tokens or none, and tells how full the bucket is now. */
  take(taking: Taking): Promise<{ isTaken: boolean; fullAtUs: FullAtUs }>;
}

export interface Verdict {
  isAllowed: boolean;
  limit: RateLimit;
  /** Requests that would be let through now, as far as the environment knows. */
  remaining: number;
  /** Until the next request is let through, or, if this one was, until the bucket is full again. */
  seconds: number;
}

/** Tokens of a bucket that an environment has taken and not yet used, and what it knows of the bucket. */
interface Lease {
  left: number;
  size: number;
  endsAtUs: number;
  fullAtUs: FullAtUs;
  /** Whether the bucket was not full, when it was last looked at. */
  wasInUse: boolean;
  refusedUntilUs: number;
}

/** After this time what is left of a lease is void: the bucket has refilled by as much and more. */
const LEASE_US = 10_000_000;
/** Who was refused does not look again before: an empty bucket is looked at once a second by each environment. */
const HOLD_US = 1_000_000;
/** Buckets that an environment remembers; the oldest is forgotten, which costs a write when it is needed again. */
const MOST_LEASES = 10_000;
/** Looks at a bucket that others empty at the same time. */
const ATTEMPTS = 3;

function newLease(): Lease {
  return { left: 0, size: 0, endsAtUs: 0, fullAtUs: 0, wasInUse: false, refusedUntilUs: 0 };
}

/** Decides for one execution environment, with the bucket that it shares with all others. */
export class RateLimiter {
  readonly #store: BucketStore;
  readonly #leases = new Map<string, Lease>();

  constructor(store: BucketStore) {
    this.#store = store;
  }

  /** @param key whose bucket it is. Rejects when the bucket cannot be reached. */
  async decide(key: string, limit: RateLimit, nowMs: number): Promise<Verdict> {
    const nowUs = nowMs * 1_000;
    const lease = this.#leaseOf(key);
    if (nowUs >= lease.endsAtUs) Object.assign(lease, { left: 0, size: 0 });
    if (lease.left === 0 && nowUs >= lease.refusedUntilUs) await this.#renew(lease, { key, limit, nowUs });
    const isAllowed = lease.left > 0;
    if (isAllowed) lease.left -= 1;
    return verdict(isAllowed, lease, { limit, nowUs });
  }

  async #renew(lease: Lease, bucket: { key: string; limit: RateLimit; nowUs: number }): Promise<void> {
    const { limit, nowUs } = bucket;
    let tokens = leaseSize(tokensIn(lease.fullAtUs, nowUs, limit), lease.size);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // What is not full now has not been full since; else as it was the last time.
      const isInUse = lease.fullAtUs > nowUs || lease.wasInUse;
      const { isTaken, fullAtUs } = await this.#store.take({ ...bucket, tokens, isInUse });
      Object.assign(lease, { fullAtUs, wasInUse: fullAtUs !== nowUs + tokens * intervalUs(limit) });
      if (isTaken) {
        Object.assign(lease, { left: tokens, size: tokens, endsAtUs: nowUs + LEASE_US });
        return;
      }
      const available = tokensIn(fullAtUs, nowUs, limit);
      if (available === 0) break;
      tokens = leaseSize(available, Math.floor(lease.size / 2));
    }
    lease.refusedUntilUs = Math.max(nextTokenAtUs(lease.fullAtUs, limit), nowUs + HOLD_US);
  }

  #leaseOf(key: string): Lease {
    const lease = this.#leases.get(key) ?? newLease();
    this.#leases.delete(key);
    this.#leases.set(key, lease);
    const [oldest] = this.#leases.keys();
    if (this.#leases.size > MOST_LEASES && oldest !== undefined) this.#leases.delete(oldest);
    return lease;
  }
}

function verdict(isAllowed: boolean, lease: Lease, { limit, nowUs }: { limit: RateLimit; nowUs: number }): Verdict {
  const untilUs = isAllowed ? lease.fullAtUs - lease.left * intervalUs(limit) : lease.refusedUntilUs;
  const remaining = isAllowed ? Math.min(limit.perMinute, lease.left + tokensIn(lease.fullAtUs, nowUs, limit)) : 0;
  const seconds = Math.min(WINDOW_US, Math.max(0, untilUs - nowUs)) / 1_000_000;
  return { isAllowed, limit, remaining, seconds: Math.max(1, Math.ceil(seconds)) };
}
