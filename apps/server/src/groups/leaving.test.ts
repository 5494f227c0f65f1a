import { expect, test } from "bun:test";

import { createLargeChanges } from "../storage/large-changes.ts";
import { noTroubles } from "../../testing/storage/large-changes.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import { groupsOver } from "../../testing/groups/groups.ts";

forEachEngine("who is removed with many others", (open) => {
  test("got the older bound back when removed again before all were told", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    const goOn = Promise.withResolvers<void>();
    const changes = createLargeChanges({
      db,
      async transact(work) {
        await goOn.promise;
        return transact(work);
      },
      troubles: noTroubles,
    });
    const { call, create, conversations, seqs } = groupsOver(storage, {
      changes,
    });
    const members = Array.from({ length: 60 }, (_, i) => `u${i}`);
    await create({ members });
    const kick = (kickedUserIDs: string[]) =>
      call("ann", "kick_group", { groupID: "g", kickedUserIDs });
    seqs.set("sg_g", 10);
    await kick(members);
    await call("ann", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["u59"],
    });
    seqs.set("sg_g", 20);
    await kick(["u59"]);
    goOn.resolve();
    await changes.settled();
    expect(await conversations.get("u59", "sg_g")).toMatchObject({
      maxSeq: 20,
    });
  });
});
