import { expect, test } from "bun:test";

import { insertEach, insertion } from "./insert-each.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

const unlessThere = insertion({
  into: "client_configs",
  columns: ["user_id", "key", "value"],
  rest: (insert) =>
    insert
      .onConflict((conflict) => conflict.doNothing())
      .returning(["key", "value"]),
});

const orReplace = insertion({
  into: "client_configs",
  columns: ["key", "user_id", "value"],
  rest: (insert) =>
    insert.onConflict((conflict) =>
      conflict
        .columns(["user_id", "key"])
        .doUpdateSet((row) => ({ value: row.ref("excluded.value") })),
    ),
});

const config = (key: string, value: string) => ({
  user_id: `O'Neil "ü" 😀`,
  key,
  value,
});

forEachEngine("an insert of a row each", (open) => {
  test.each([1, 8, 501])(
    "keeps values and order, and answers those that are new, %d at once",
    async (count) => {
      await using storage = await open();
      const rows = Array.from({ length: count }, (_, i) =>
        config(String(i), `'${count - i}"`),
      );
      const shown = rows.map(({ key, value }) => ({ key, value }));
      const returned = await storage.transact((tx) =>
        insertEach(tx.db, unlessThere, rows),
      );
      expect(returned).toEqual(shown);
      const again = await storage.transact((tx) =>
        insertEach(tx.db, unlessThere, [...rows, config("new", "n")]),
      );
      expect(again).toEqual([{ key: "new", value: "n" }]);
      await storage.transact((tx) =>
        insertEach(tx.db, orReplace, [config("0", "other")]),
      );
      const found = await storage.db
        .selectFrom("client_configs")
        .select(["user_id", "key", "value"])
        .orderBy("id")
        .execute();
      expect(found).toEqual([
        config("0", "other"),
        ...rows.slice(1),
        config("new", "n"),
      ]);
    },
  );

  test("of no rows does nothing", async () => {
    await using storage = await open();
    const returned = await storage.transact((tx) =>
      insertEach(tx.db, unlessThere, []),
    );
    expect(returned).toEqual([]);
  });

  test("is undone with its change, and works again after it", async () => {
    await using storage = await open();
    const undone = storage.transact(async (tx) => {
      await insertEach(tx.db, unlessThere, [config("a", "1")]);
      throw new Error("no");
    });
    await expect(undone).rejects.toThrow("no");
    const returned = await storage.transact((tx) =>
      insertEach(tx.db, unlessThere, [config("a", "2")]),
    );
    expect(returned).toEqual([{ key: "a", value: "2" }]);
  });
});
