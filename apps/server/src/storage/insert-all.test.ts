import { expect, test } from "bun:test";

import { insertAll } from "./insert-all.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

forEachEngine("an insert of many rows", (open) => {
  test.each([1, 7, 8, 500])(
    "keeps every value and the order, %d at once",
    async (count) => {
      await using storage = await open();
      const rows = Array.from({ length: count }, (_, i) => ({
        user_id: `O'Neil "ü" 😀 [${count - i}]`,
        nickname: "the same, 'quoted'",
        face_url: "",
        ex: i % 2 === 0 ? "" : "\\",
        create_time: 2 ** 53 - 1 - i,
        app_manger_level: 0,
        global_recv_msg_opt: -1,
      }));
      await storage.transact((tx) =>
        insertAll(tx.db, "users", rows)
          .execute()
          .then(() => undefined),
      );
      const found = await storage.db
        .selectFrom("users")
        .selectAll()
        .orderBy("id")
        .execute();
      expect(found.map(({ id: _, ...row }) => row)).toEqual(rows);
    },
  );

  test("of which all are the same counts them", async () => {
    await using storage = await open();
    const row = {
      user_id: "ann",
      type: 1,
      uuid: "u",
      value: "v",
      ex: "",
      create_time: 5,
    };
    const rows = Array.from({ length: 9 }, () => row);
    await storage.transact((tx) =>
      insertAll(tx.db, "user_commands", rows)
        .execute()
        .then(() => undefined),
    );
    const found = await storage.db
      .selectFrom("user_commands")
      .selectAll()
      .execute();
    expect(found.map(({ id: _, ...each }) => each)).toEqual(rows);
  });
});
