import { isDeepStrictEqual } from "node:util";

import type { Now } from "./engine.ts";

/**
 * In-memory copy of database values, by string keys. A transaction declares
 * which keys it invalidates: `tx.forget(memory, keys)`.
 */
export interface Memory {
  /** Unique; names the memory to other nodes. */
  readonly name: string;
  /**
   * Invalidates the key, or reloads it if the memory must always have a value.
   */
  forget(key: string): Now<void>;
  forgetAll(): Now<void>;
  /** Keys in memory. */
  keys(): Iterable<string>;
  /** Loads the key into memory. */
  recall(key: string): Now<unknown>;
  /** Compares the key's value with the database; true if it is not in memory. */
  isTrue(key: string): Promise<boolean>;
}

/** Forgetting drops the key, and needs no wait. */
export interface DroppingMemory extends Memory {
  forget(key: string): undefined;
}

/** Keys of one memory that a transaction made untrue. */
export interface Forgotten {
  memory: Memory;
  keys: readonly string[];
}

/**
 * A bounded cache that evicts the oldest entry. Transactions invalidate the
 * keys they change after their commit, and discard loads that were running
 * then.
 */
export interface Cache<Value> extends DroppingMemory {
  /** Returns without a promise on a cache hit, as the path of messages must not wait. */
  get(key: string): Now<Value>;
  peek(key: string): Value | undefined;
  put(key: string, value: Value): void;
}

export interface CacheOptions<Value> {
  name: string;
  /** Maximum number of entries. */
  size: number;
  load(key: string): Now<Value>;
  /**
   * Returns whether a cached value equals the loaded one; default: equality.
   */
  isSame?(known: Value, loaded: Value): boolean;
  /** Called when a key was forgotten, whether it was known or not; undefined: all were. */
  forgot?(key?: string): void;
}

/** A small table that is in memory as a whole. */
export interface Mirror<Value> extends Memory {
  get(key: string): Value | undefined;
  has(key: string): boolean;
  set(key: string, value: Value): void;
  delete(key: string): void;
  values(): Iterable<Value>;
  size(): number;
  /** Reloads the key; a value set meanwhile wins. */
  forget(key: string): Promise<void>;
}

export interface MirrorOptions<Value> {
  name: string;
  loadAll(): Promise<Iterable<readonly [key: string, value: Value]>>;
  /** Returns undefined when there is no row. */
  load(key: string): Promise<Value | undefined>;
}

/**
 * All memories of this process. Whatever hears of changes that were made
 * elsewhere forgets by name and keys.
 */
export interface Caches {
  open<Value>(options: CacheOptions<Value>): Cache<Value>;
  openMirror<Value>(options: MirrorOptions<Value>): Promise<Mirror<Value>>;
  /** Adds a memory of another shape. Throws when the name is taken. */
  register<Kind extends Memory>(memory: Kind): Kind;
  /** Names that this process does not know are passed over. */
  forget(name: string, keys: readonly string[]): Promise<void>;
  forgetAll(): Promise<void>;
  list(): Memory[];
}

export function createCaches(): Caches {
  const memories = new Map<string, Memory>();

  function register<Kind extends Memory>(memory: Kind): Kind {
    if (memories.has(memory.name))
      throw new Error(`there are two memories '${memory.name}'`);
    memories.set(memory.name, memory);
    return memory;
  }

  return {
    open: (options) => register(createCache(options)),
    openMirror: async (options) => register(await openMirror(options)),
    register,
    async forget(name, keys) {
      const memory = memories.get(name);
      if (memory)
        await Promise.all(keys.map(async (key) => memory.forget(key)));
    },
    async forgetAll() {
      await Promise.all(
        [...memories.values()].map(async (each) => each.forgetAll()),
      );
    },
    list: () => [...memories.values()],
  };
}

function createCache<Value>({
  name,
  size,
  load,
  isSame = isDeepStrictEqual,
  forgot,
}: CacheOptions<Value>): Cache<Value> {
  const known = new Map<string, Value>();
  const loading = new Map<string, Promise<Value>>();

  function keep(key: string, value: Value): Value {
    if (known.size >= size) {
      // Maps keep insertion order: the first key is the oldest.
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(key, value);
    return value;
  }

  function get(key: string): Now<Value> {
    const value = known.get(key);
    if (value !== undefined) return value;
    const underWay = loading.get(key);
    if (underWay) return underWay;
    const loaded = load(key);
    if (!(loaded instanceof Promise)) return keep(key, loaded);
    const promise = loaded.then(
      (result) => {
        if (loading.get(key) === promise) {
          loading.delete(key);
          keep(key, result);
        }
        return result;
      },
      (error: unknown) => {
        if (loading.get(key) === promise) loading.delete(key);
        throw error;
      },
    );
    loading.set(key, promise);
    return promise;
  }

  return {
    name,
    get,
    peek: (key) => known.get(key),
    put(key, value) {
      loading.delete(key);
      keep(key, value);
    },
    forget(key) {
      known.delete(key);
      loading.delete(key);
      forgot?.(key);
    },
    forgetAll() {
      known.clear();
      loading.clear();
      forgot?.();
    },
    keys: () => known.keys(),
    recall: get,
    async isTrue(key) {
      const before = known.get(key);
      if (before === undefined) return true;
      const loaded = await load(key);
      return known.get(key) !== before || isSame(before, loaded);
    },
  };
}

async function openMirror<Value>({
  name,
  loadAll,
  load,
}: MirrorOptions<Value>): Promise<Mirror<Value>> {
  const known = new Map(await loadAll());
  /** The newest read of each key; a change ends it. */
  const reading = new Map<string, Promise<Value | undefined>>();

  function put(key: string, value: Value | undefined): void {
    reading.delete(key);
    if (value === undefined) known.delete(key);
    else known.set(key, value);
  }

  async function readAgain(key: string): Promise<void> {
    const read = load(key);
    reading.set(key, read);
    const value = await read;
    if (reading.get(key) === read) put(key, value);
  }

  return {
    name,
    get: (key) => known.get(key),
    has: (key) => known.has(key),
    set: put,
    delete: (key) => put(key, undefined),
    values: () => known.values(),
    size: () => known.size,
    forget: readAgain,
    async forgetAll() {
      const keys = new Set(known.keys());
      const loaded = new Map(await loadAll());
      for (const key of loaded.keys()) keys.add(key);
      await Promise.all([...keys].map(readAgain));
    },
    keys: () => known.keys(),
    recall: (key) => known.get(key),
    async isTrue(key) {
      const before = known.get(key);
      const loaded = await load(key);
      return known.get(key) !== before || isDeepStrictEqual(before, loaded);
    },
  };
}
