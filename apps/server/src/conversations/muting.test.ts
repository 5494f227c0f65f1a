import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { listMuting } from "./owners-store.ts";
import { insertRow } from "./store.ts";

forEachEngine("muting", (open) => {
  test("those are listed who want no push of a conversation", async () => {
    await using storage = await open();
    const rows = [
      ["ann", "sg_g", 0],
      ["bob", "sg_g", 1],
      ["cid", "sg_g", 2],
      ["dan", "sg_h", 2],
    ] as const;
    await storage.transact(async (tx) => {
      for (const [ownerUserID, conversationID, recv_msg_opt] of rows)
        await insertRow(
          tx,
          {
            ownerUserID,
            conversationID,
            conversationType: 3,
            userID: "",
            groupID: "g",
          },
          { recv_msg_opt, create_time: 1 },
        );
    });
    const muting = await listMuting(storage.db, "sg_g");
    expect(muting.sort()).toEqual(["bob", "cid"]);
    expect(await listMuting(storage.db, "sg_none")).toEqual([]);
  });
});
