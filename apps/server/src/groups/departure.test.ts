import { expect, test } from "bun:test";

import { GroupStatus } from "@parley/protocol/content-types";

import { departing, removingOver } from "../../testing/deletion/removing.ts";
import { groupsOver } from "../../testing/groups/groups.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { findMember } from "./member-store.ts";
import { findGroup, updateGroup } from "./store.ts";

/** Deletes Ann, who is somebody in the group `g`. */
async function withoutAnn(
  storage: TestStorage,
  members: Parameters<ReturnType<typeof groupsOver>["create"]>[0],
  before?: (groups: ReturnType<typeof groupsOver>) => Promise<unknown>,
) {
  const groups = groupsOver(storage);
  await groups.create(members);
  await before?.(groups);
  groups.told();
  const { removing, removed } = removingOver(storage);
  await groups.feature.depart?.(departing("ann"), removing);
  return {
    ...{ groups, removed },
    roleOf: async (userID: string) =>
      (await findMember(storage.db, "g", userID))?.roleLevel,
    group: () => findGroup(storage.db, "g"),
  };
}

forEachEngine("the group of a user who is deleted", (open) => {
  test("goes to the admin who came first, and all hear of both", async () => {
    await using storage = await open();
    const { groups, removed, roleOf, group } = await withoutAnn(storage, {
      ...{ admins: ["bob", "bea"], members: ["abe"] },
    });
    expect(await roleOf("bob")).toBe(100);
    expect(await roleOf("ann")).toBeUndefined();
    expect(await group()).toMatchObject({ ownerUserID: "bob", memberCount: 3 });
    expect(groups.told()).toEqual(expect.arrayContaining([1507, 1504]));
    expect(removed).toEqual({ groupMemberships: 1, groupsHandedOver: 1 });
  });

  test("goes to the member who came first where there is no admin", async () => {
    await using storage = await open();
    const members = ["dan", "abe"];
    const { roleOf } = await withoutAnn(storage, { members });
    expect(await roleOf("dan")).toBe(100);
    expect(await roleOf("abe")).toBe(20);
  });

  test("ends with its last member, and there is nobody to tell", async () => {
    await using storage = await open();
    const { groups, removed, group } = await withoutAnn(storage, {});
    expect(await group()).toMatchObject({ status: 2, memberCount: 0 });
    expect(await groups.memberIDs()).toEqual([]);
    expect(groups.told()).toEqual([]);
    expect(removed).toEqual({ groupMemberships: 1, groupsDismissed: 1 });
  });

  test("keeps its owner where somebody else is", async () => {
    await using storage = await open();
    const { groups, removed, group } = await withoutAnn(storage, {
      ...{ owner: "olga", members: ["ann", "bob"] },
    });
    expect(await group()).toMatchObject({ ownerUserID: "olga" });
    expect(await groups.memberIDs()).toEqual(["olga", "bob"]);
    expect(groups.told()).toContain(1504);
    expect(removed).toEqual({ groupMemberships: 1 });
  });

  test("that is dismissed is left in silence", async () => {
    await using storage = await open();
    const { groups, removed } = await withoutAnn(
      storage,
      { owner: "olga", members: ["ann"] },
      // Its members are still being removed.
      () =>
        storage.transact((tx) =>
          updateGroup(tx, "g", { status: GroupStatus.dismissed }),
        ),
    );
    expect(await groups.memberIDs()).not.toContain("ann");
    expect(groups.told()).toEqual([]);
    expect(removed).toEqual({ groupMemberships: 1 });
  });

  test("has no application of theirs any more, nor a place for their return", async () => {
    await using storage = await open();
    const { removed } = await withoutAnn(
      storage,
      { owner: "olga", members: ["ann", "bob"] },
      async ({ call }) => {
        await call("ann", "quit_group", { groupID: "g", userID: "ann" });
        await call("olga", "set_group_info", {
          groupInfoForSet: { groupID: "g", needVerification: 1 },
        });
        const applied = { groupID: "g", reqMessage: "", joinSource: 3 };
        await call("ann", "join_group", { ...applied, inviterUserID: "ann" });
        await call("cyd", "join_group", { ...applied, inviterUserID: "cyd" });
      },
    );
    const left = await storage.db
      .selectFrom("group_requests")
      .select("user_id")
      .execute();
    expect(left).toEqual([{ user_id: "cyd" }]);
    expect(
      await storage.db.selectFrom("group_leavers").selectAll().execute(),
    ).toEqual([]);
    expect(removed).toEqual({ groupRequests: 1 });
  });
});
