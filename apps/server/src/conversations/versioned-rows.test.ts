import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { createVersionedRows } from "./versioned-rows.ts";

forEachEngine("rows that were just made", (open) => {
  test("were asked of the database by the next message", async () => {
    await using storage = await open();
    const rows = createVersionedRows({ ...storage, now: () => 1 });
    const row = {
      conversationID: "si_ann_bob",
      conversationType: 1,
      groupID: "",
    };
    const muted = { recv_msg_opt: 2, max_seq: 7 };
    // Somebody looked before, and found none.
    expect(await rows.glance("ann", "si_ann_bob")).toBeNull();
    await storage.transact((tx) =>
      rows.ensure(tx, [
        { ...row, ownerUserID: "ann", userID: "bob" },
        { ...row, ownerUserID: "bob", userID: "ann", begins: muted },
      ]),
    );
    // From memory: nobody said that they are gone.
    await storage.transact((tx) =>
      tx.db
        .deleteFrom("conversations")
        .execute()
        .then(() => undefined),
    );
    expect(await rows.glance("ann", "si_ann_bob")).toEqual({
      recvMsgOpt: 0,
      maxSeq: 0,
    });
    expect(await rows.glance("bob", "si_ann_bob")).toEqual({
      recvMsgOpt: 2,
      maxSeq: 7,
    });
  });
});
