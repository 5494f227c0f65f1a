import { expect, test } from "bun:test";

import { createCaches } from "./caches.ts";

/** Loads that end when the test says so, in any order. */
function heldLoads() {
  const loads: {
    key: string;
    end: (value: string) => void;
    fail: () => void;
  }[] = [];
  const load = (key: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const fail = () => reject(new Error("a fault of the database"));
    loads.push({ key, end: resolve, fail });
    return promise;
  };
  const nth = (at: number) => {
    const found = loads[at];
    if (!found) throw new Error(`there were ${loads.length} loads`);
    return found;
  };
  return { load, loads, nth };
}

test("many who ask for the same at once are one load", async () => {
  const { load, loads, nth } = heldLoads();
  const cache = createCaches().open({ name: "c", size: 9, load });
  const asked = [cache.get("a"), cache.get("a"), cache.get("b")];
  expect(loads.map(({ key }) => key)).toEqual(["a", "b"]);
  nth(0).end("A");
  nth(1).end("B");
  expect(await Promise.all(asked)).toEqual(["A", "A", "B"]);
  // At once from now on.
  expect(cache.get("a")).toBe("A");
});

test("a load that was running when its key was forgotten is not kept", async () => {
  const { load, loads, nth } = heldLoads();
  const cache = createCaches().open({ name: "c", size: 9, load });
  const before = cache.get("a");
  cache.forget("a");
  const after = cache.get("a");
  expect(loads).toHaveLength(2);
  nth(1).end("new");
  expect(await after).toBe("new");
  nth(0).end("old");
  // Who asked before the change may have what was true then.
  expect(await before).toBe("old");
  expect(cache.peek("a")).toBe("new");
});

test("a value that is put wins over a load that was running", async () => {
  const { load, nth } = heldLoads();
  const cache = createCaches().open({ name: "c", size: 9, load });
  const before = cache.get("a");
  cache.put("a", "put");
  nth(0).end("loaded");
  await before;
  expect(cache.peek("a")).toBe("put");
});

test("a load that failed is tried again by the next who asks", async () => {
  const { load, loads, nth } = heldLoads();
  const cache = createCaches().open({ name: "c", size: 9, load });
  const failed = (async () => cache.get("a"))();
  nth(0).fail();
  await expect(failed).rejects.toThrow("a fault");
  const again = cache.get("a");
  expect(loads).toHaveLength(2);
  nth(1).end("A");
  expect(await again).toBe("A");
});

test("a full cache drops its oldest entry, and nothing else", () => {
  const cache = createCaches().open({
    ...{ name: "c", size: 2 },
    load: (key: string) => key.toUpperCase(),
  });
  for (const key of ["a", "b", "c"]) void cache.get(key);
  expect([...cache.keys()]).toEqual(["b", "c"]);
});

test("that there is nothing is remembered as well", () => {
  let loads = 0;
  const cache = createCaches().open<string | null>({
    ...{ name: "c", size: 9 },
    load() {
      loads++;
      return null;
    },
  });
  expect([cache.get("a"), cache.get("a")]).toEqual([null, null]);
  expect(loads).toBe(1);
});

test("a mirror reads a forgotten key again, and a value set meanwhile wins", async () => {
  const { load, nth } = heldLoads();
  const mirror = await createCaches().openMirror<string>({
    ...{ name: "m", load },
    loadAll: async () => [["a", "A"]] as const,
  });
  const first = mirror.forget("a");
  expect(mirror.get("a")).toBe("A");
  nth(0).end("A2");
  await first;
  expect(mirror.get("a")).toBe("A2");

  const second = mirror.forget("a");
  mirror.set("a", "set");
  nth(1).end("stale");
  await second;
  expect(mirror.get("a")).toBe("set");

  // Of two reads the later one counts, also if it ends first.
  const reads = [mirror.forget("a"), mirror.forget("a")];
  nth(3).end("newest");
  await reads[1];
  nth(2).end("older");
  await reads[0];
  expect(mirror.get("a")).toBe("newest");
});

test("two memories of one name are refused", () => {
  const caches = createCaches();
  const open = () => caches.open({ name: "c", size: 1, load: () => "" });
  open();
  expect(open).toThrow("two memories 'c'");
});

test("a memory is untrue once the database says something else", async () => {
  let row = "A";
  const cache = createCaches().open({
    ...{ name: "c", size: 9 },
    load: () => row,
  });
  expect(await cache.isTrue("a")).toBe(true);
  void cache.get("a");
  expect(await cache.isTrue("a")).toBe(true);
  row = "B";
  expect(await cache.isTrue("a")).toBe(false);
  cache.forget("a");
  expect(await cache.isTrue("a")).toBe(true);
});
