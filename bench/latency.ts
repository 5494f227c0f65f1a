/** Neighbouring buckets differ by this factor: the error of every answer. */
const ratio = 1.01;
const smallestMs = 0.001;
const largestMs = 600_000;
const buckets = bucketOf(largestMs) + 1;

function bucketOf(ms: number): number {
  return Math.round(Math.log(ms / smallestMs) / Math.log(ratio));
}

/** A histogram of times, of constant size however many there are. */
export class Latencies {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;
  #largest = 0;

  get count(): number {
    return this.#count;
  }

  get largestMs(): number {
    return this.#largest;
  }

  record(ms: number): void {
    const held = Math.min(Math.max(ms, smallestMs), largestMs);
    this.#counts[bucketOf(held)]!++;
    this.#count++;
    if (ms > this.#largest) this.#largest = ms;
  }

  /** The time that this share of all did not exceed, to 1%; NaN if none. */
  percentile(share: number): number {
    if (this.#count === 0) return NaN;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank)
        return Math.min(smallestMs * ratio ** bucket, this.#largest);
    }
    return this.#largest;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#largest = 0;
  }
}
