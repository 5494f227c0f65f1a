import { expect, test } from "bun:test";

import { forEachEngine } from "../storage/test-engines.ts";
import { deleteRows, insertRows, listRows } from "./store.ts";
import { createUserSeqs } from "./user-seqs.ts";

// PostgreSQL takes no more than 65,535 parameters.
const others = Array.from({ length: 70_000 }, (_, i) => `si_a_${i}`);

forEachEngine("conversations of a user", (open) => {
  test("are found and deleted among more ids than fit into a statement", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    const rows = ["si_a_z", "si_a_b"].map((conversationID) => ({
      ownerUserID: "a",
      conversationID,
      conversationType: 1,
      userID: conversationID.slice(5),
      groupID: "",
    }));
    await transact((tx) => insertRows(tx, rows, 1));
    const userSeqs = createUserSeqs(db);
    const seq = 7;
    await transact((tx) =>
      userSeqs.raiseRead(tx, [{ userID: "a", conversationID: "si_a_b", seq }]),
    );
    const ids = ["si_a_b", ...others, "si_a_z", "si_a_b"];
    const found = await listRows(db, "a", ids);
    expect(found.map((row) => row.conversation_id)).toEqual([
      "si_a_z",
      "si_a_b",
    ]);
    const seqs = await userSeqs.list("a", ids);
    expect([...seqs]).toEqual([
      ["si_a_b", { minSeq: 0, maxSeq: 0, readSeq: seq }],
    ]);
    const gone = await transact((tx) => deleteRows(tx, "a", ids));
    expect(gone.toSorted()).toEqual(["si_a_b", "si_a_z"]);
    expect(await listRows(db, "a")).toEqual([]);
  });
});
