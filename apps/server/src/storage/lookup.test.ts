import { expect, test } from "bun:test";

import { insertAll } from "./insert-all.ts";
import { createLookup } from "./lookup.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";

/** Rows of settings: values by user and key. */
const put = (
  { transact }: TestStorage,
  rows: readonly (readonly [user: string, key: string, value: string])[],
) =>
  transact(async (tx) => {
    for (let at = 0; at < rows.length; at += 500)
      await insertAll(
        tx.db,
        "client_configs",
        rows
          .slice(at, at + 500)
          .map(([user_id, key, value]) => ({ user_id, key, value })),
      ).execute();
  });

forEachEngine("a lookup", (open) => {
  test("finds each key's own row, also when many are asked for together", async () => {
    await using storage = await open();
    await put(storage, [
      ["ann", "a", "1"],
      ["ann", "b", "2"],
      ["bob", "a", `it's "3"`],
    ]);
    const valueOf = createLookup(storage.db, {
      table: "client_configs",
      by: ["user_id", "key"],
      select: ["value"],
    });
    const found = await Promise.all([
      valueOf("bob", "a"),
      valueOf("ann", "b"),
      valueOf("bob", "b"),
      valueOf("ann", "b"),
      valueOf("ann", "a"),
      valueOf("' or 1=1 --", "a"),
    ]);
    expect(found).toMatchObject([
      [{ value: `it's "3"` }],
      [{ value: "2" }],
      [],
      [{ value: "2" }],
      [{ value: "1" }],
      [],
    ]);
  });

  test.each([1_000, 1_001, 2_500])(
    "finds all %d rows of a key",
    async (count) => {
      await using storage = await open();
      const keys = Array.from({ length: count }, (_, i) => String(i));
      await put(
        storage,
        keys.map((key) => ["ann", key, ""]),
      );
      const keysOf = createLookup(storage.db, {
        table: "client_configs",
        by: ["user_id"],
        select: ["key"],
      });
      const rows = await keysOf("ann");
      expect(new Set(rows.map(({ key }) => key))).toEqual(new Set(keys));
      expect(rows).toHaveLength(count);
    },
  );
});
