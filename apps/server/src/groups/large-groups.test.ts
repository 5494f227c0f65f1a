import { expect, test } from "bun:test";
import type { MemberKickedTips } from "@parley/protocol/generated/sdkws";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import type { Transact } from "../storage/writer.ts";
import { groupsOver } from "../../testing/groups/groups.ts";

const created = 1501;
const kicked = 1508;
const many = Array.from({ length: 999 }, (_, i) => `m${i}`);

/** Groups, and how many members there were after each commit that changed it. */
function counted(storage: TestStorage) {
  const counts: number[] = [];
  let then: (count: number) => Promise<void> | void = () => undefined;
  const transact: Transact = async (work) => {
    const { result, count } = await storage.transact(async (tx) => {
      const result = await work(tx);
      const { n } = await tx.db
        .selectFrom("group_members")
        .select((e) => e.fn.countAll<number>().as("n"))
        .executeTakeFirstOrThrow();
      return { result, count: Number(n) };
    });
    if (count !== counts.at(-1)) {
      counts.push(count);
      await then(count);
    }
    return result;
  };
  return {
    ...groupsOver({ ...storage, transact }),
    counts,
    /** Between two commits. */
    onCommit: (action: typeof then) => void (then = action),
  };
}

const wanted = {
  ownerUserID: "ann",
  memberUserIDs: many,
  groupInfo: { groupID: "g", groupType: 2 },
};

forEachEngine("a group of a thousand", (open) => {
  test("was made in one commit that everybody waited for", async () => {
    await using storage = await open();
    const { call, counts, told, memberIDs } = counted(storage);
    const { groupInfo } = await call("ann", "create_group", wanted);
    expect(counts).toEqual([200, 400, 600, 800, 1000]);
    expect(groupInfo.memberCount).toBe(1000);
    expect(new Set(await memberIDs())).toEqual(new Set(["ann", ...many]));
    expect(told()).toEqual([created]);
  });

  test("that is dismissed before all are in it gets no more of them", async () => {
    await using storage = await open();
    const { call, counts, told, memberIDs, onCommit, changes } =
      counted(storage);
    let dismissing: Promise<unknown> | undefined;
    onCommit((count) => {
      if (count === 400)
        dismissing = call("ann", "dismiss_group", { groupID: "g" });
    });
    await call("ann", "create_group", wanted);
    await dismissing;
    await changes.settled();
    expect(Math.max(...counts)).toBe(400);
    expect(await memberIDs()).toEqual([]);
    expect(told()).not.toContain(created);
  });

  test("has nobody who was deleted or invited before they were in it", async () => {
    await using storage = await open();
    const { call, unknown, memberIDs, onCommit } = counted(storage);
    onCommit(async (count) => {
      if (count !== 200) return;
      unknown.add("m998");
      await call("ann", "invite_user_to_group", {
        groupID: "g",
        invitedUserIDs: ["m997"],
      });
    });
    const { groupInfo } = await call("ann", "create_group", wanted);
    expect(groupInfo.memberCount).toBe(999);
    expect((await memberIDs()).filter((id) => id === "m997")).toHaveLength(1);
    expect(await memberIDs()).not.toContain("m998");
  });

  test("in which somebody spoke before all were in it is a conversation of all", async () => {
    await using storage = await open();
    const { call, seqs, groupConversations, onCommit } = counted(storage);
    onCommit(async (count) => {
      if (count === 200) await groupConversations.missing("g");
      if (count === 400) seqs.set("sg_g", 1);
    });
    await call("ann", "create_group", wanted);
    const rows = await storage.db
      .selectFrom("conversations")
      .select("owner_user_id")
      .execute();
    const owners = new Set(rows.map((row) => row.owner_user_id));
    expect(owners).toEqual(new Set(many.slice(399)));
    // The next message makes the others'.
    expect(new Set(await groupConversations.missing("g"))).toEqual(
      new Set(["ann", ...many.slice(0, 399)]),
    );
  });

  test("lost hundreds of members in one commit that everybody waited for", async () => {
    await using storage = await open();
    const { call, counts, notices, told, memberIDs } = counted(storage);
    await call("ann", "create_group", wanted);
    [counts.length, notices.length] = [0, 0];
    await call("ann", "kick_group", { groupID: "g", kickedUserIDs: many });
    expect(counts).toEqual([800, 600, 400, 200, 1]);
    const named = notices
      .filter(({ contentType }) => contentType === kicked)
      .flatMap(
        ({ detail }) => (JSON.parse(detail) as MemberKickedTips).kickedUserList,
      )
      .map(({ userID }) => userID);
    expect(named).toEqual(many);
    expect(told().filter((type) => type === kicked)).toHaveLength(5);
    expect(await memberIDs()).toEqual(["ann"]);
  });

  test("that changes hands while hundreds are removed keeps its new owner", async () => {
    await using storage = await open();
    const { call, memberIDs, onCommit } = counted(storage);
    await call("ann", "create_group", wanted);
    onCommit(async (count) => {
      if (count === 800)
        await call("ann", "transfer_group", {
          groupID: "g",
          oldOwnerUserID: "ann",
          newOwnerUserID: "m998",
        });
    });
    await call("root", "kick_group", { groupID: "g", kickedUserIDs: many });
    expect(new Set(await memberIDs())).toEqual(new Set(["ann", "m998"]));
  });
});
