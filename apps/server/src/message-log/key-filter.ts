import { nextTurn } from "../pace/turns.ts";
import type { LogStatements } from "../storage/engine.ts";

/**
 * A Bloom filter over the resend keys of the database: nearly every message is new, and
 * this says so without a query. It knows nothing of a key that was not added here or
 * read by `load`.
 */
export interface KeyFilter {
  /** False if the key is surely not in the database. */
  mayHave(key: number): boolean;
  /** Adds a key that is in the database from now on. */
  add(key: number): void;
  /**
   * Reads the keys that the database has. Until all are read, or if they are too many,
   * any key may be there.
   */
  load(keys: Pick<LogStatements, "keysAfter">, count: number): Promise<void>;
}

/** Keys that are worth 64 bytes, which is one line of the processor's cache. */
const keysPerBlock = 42;
const wordsPerBlock = 16;
/** A new database's first part: 16 KB. */
const leastBlocks = 256;
/** All parts together take up to 2 MB: one key in 100 is then looked up in vain. */
const mostBlocks = 32_768;
/** With more stored keys the filter is not filled, as it would be too full to save lookups. */
const mostKeys = 4_000_000;
const pageSize = 4_000;

export function createKeyFilter(): KeyFilter {
  /** Each is twice as large as the one before it, and added when that one is full. */
  const parts: Uint32Array[] = [];
  let blocks = 0;
  /** Keys that the newest part has room for. */
  let room = 0;
  let isLoaded = false;

  function grow(wanted: number): void {
    const size = Math.min(
      Math.max(leastBlocks, blocks, wanted),
      mostBlocks - blocks,
    );
    // What comes when there is no room for another part goes into the last one.
    if (size <= 0) room = Infinity;
    else {
      parts.unshift(new Uint32Array(size * wordsPerBlock));
      blocks += size;
      room = size * keysPerBlock;
    }
  }

  function add(key: number): void {
    if (room === 0) grow(0);
    room--;
    const part = parts[0]!;
    const at = blockOf(part, key);
    const bits = bitsOf(key);
    for (let shift = 0; shift < 27; shift += 9) {
      const bit = bits >>> shift;
      part[at + ((bit >>> 5) & 15)]! |= 1 << (bit & 31);
    }
  }

  function hasIn(part: Uint32Array, key: number): boolean {
    const at = blockOf(part, key);
    const bits = bitsOf(key);
    for (let shift = 0; shift < 27; shift += 9) {
      const bit = bits >>> shift;
      if ((part[at + ((bit >>> 5) & 15)]! & (1 << (bit & 31))) === 0)
        return false;
    }
    return true;
  }

  return {
    mayHave(key) {
      if (!isLoaded) return true;
      for (const part of parts) if (hasIn(part, key)) return true;
      return false;
    },
    add,
    async load(keys, count) {
      if (count > mostKeys) return;
      grow(Math.ceil(count / keysPerBlock));
      let after = 0;
      for (;;) {
        const page = await keys.keysAfter(after, pageSize);
        for (const key of page) add(key);
        if (page.length < pageSize) break;
        after = page.at(-1)!;
        await nextTurn();
      }
      isLoaded = true;
    },
  };
}

/** A resend key is a hash; its upper 26 bits say which block, the lower ones which bits. */
const blockOf = (part: Uint32Array, key: number): number =>
  (Math.floor(key / 0x400_0000) % (part.length / wordsPerBlock)) *
  wordsPerBlock;

const bitsOf = (key: number): number =>
  Math.imul(key % 0x400_0000, 0x9e37_79b1) >>> 5;
