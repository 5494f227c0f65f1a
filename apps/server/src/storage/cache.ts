import type { Now } from "./engine.ts";

/**
 * A bounded memory of what the database said. Writes invalidate what they
 * change after their commit; a load that was under way then is not kept.
 */
export interface Cache<Value> {
  /** At once when known, so that the message path need not wait. */
  get(key: string): Now<Value>;
  peek(key: string): Value | undefined;
  put(key: string, value: Value): void;
  invalidate(key: string): void;
  clear(): void;
}

export function createCache<Value>(
  size: number,
  load: (key: string) => Now<Value>,
): Cache<Value> {
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

  return {
    get(key) {
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
    },
    peek: (key) => known.get(key),
    put(key, value) {
      loading.delete(key);
      keep(key, value);
    },
    invalidate(key) {
      known.delete(key);
      loading.delete(key);
    },
    clear() {
      known.clear();
      loading.clear();
    },
  };
}
