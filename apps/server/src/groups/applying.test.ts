import { expect, test } from "bun:test";

import { createLargeChanges } from "../storage/large-changes.ts";
import { noTroubles } from "../../testing/storage/large-changes.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import { groupsOver } from "../../testing/groups/groups.ts";

forEachEngine("applications of many who were invited", (open) => {
  test("were made for who was deleted while others were applied for", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    const arrived = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const changes = createLargeChanges({
      db,
      async transact(work) {
        arrived.resolve();
        await goOn.promise;
        return transact(work);
      },
      troubles: noTroubles,
    });
    const { call, create, unknown } = groupsOver(storage, { changes });
    await create({ members: ["bob"] }, { needVerification: 1 });
    const invitedUserIDs = Array.from({ length: 15 }, (_, i) => `u${i}`);
    const invited = call("bob", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs,
    });
    await arrived.promise;
    unknown.add("u14");
    goOn.resolve();
    await invited;
    const requests = await db
      .selectFrom("group_requests")
      .select("user_id")
      .execute();
    expect(requests.map(({ user_id }) => user_id).sort()).toEqual(
      invitedUserIDs.slice(0, -1).sort(),
    );
  });
});
