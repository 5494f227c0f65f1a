/** Token buckets per user and per network address. */
export interface RateLimiter {
  /** Limits in requests a second, for error messages. */
  readonly limits: { user: number; address: number };
  /** Takes a token of the user; false: there is none. */
  admitsUser(userID: string): boolean;
  /** Takes a token of the address; false: there is none. */
  admitsAddress(address: string): boolean;
}

export interface RateLimiterSettings {
  userRate: number;
  addressRate: number;
}

/** Burst size, in seconds' worth of requests. */
const burstSeconds = 5;
/** Users, and addresses, that are remembered. */
const size = 100_000;

export function createRateLimiter(
  { userRate, addressRate }: RateLimiterSettings,
  now: () => number,
): RateLimiter {
  const users = createBuckets(userRate, now);
  const addresses = createBuckets(addressRate, now);

  return {
    limits: { user: userRate, address: addressRate },
    admitsUser: users.take,
    admitsAddress: addresses.take,
  };
}

/** A bucket for each key, that `rate` requests fill again every second. */
function createBuckets(rate: number, now: () => number) {
  const full = rate * burstSeconds;
  const buckets = new Map<string, { left: number; at: number }>();

  return {
    take(key: string): boolean {
      const at = now();
      let bucket = buckets.get(key);
      if (bucket) {
        const gained = ((at - bucket.at) * rate) / 1_000;
        bucket.left = Math.min(full, bucket.left + Math.max(0, gained));
        bucket.at = at;
        // The one that asked last is forgotten last.
        buckets.delete(key);
      } else {
        bucket = { left: full, at };
        if (buckets.size >= size) {
          const [oldest] = buckets.keys();
          if (oldest !== undefined) buckets.delete(oldest);
        }
      }
      buckets.set(key, bucket);
      if (bucket.left < 1) return false;
      bucket.left--;
      return true;
    },
  };
}
