import { expect, test } from "bun:test";

import { groupsOver, start } from "../../testing/groups/groups.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { findMember, updateMember } from "./member-store.ts";
import { findGroup } from "./store.ts";

/** Ann's group: Bob and Bea help, Cyd and Dan are members, Eve is not. */
async function teamOver(storage: TestStorage) {
  const groups = groupsOver(storage);
  await groups.create({ admins: ["bob", "bea"], members: ["cyd", "dan"] });
  return {
    ...groups,
    roleOf: async (userID: string) =>
      (await findMember(storage.db, "g", userID))?.roleLevel,
  };
}

forEachEngine("a group that is handed over", (open) => {
  const handOver = (to: string, from = "ann") => ({
    ...{ groupID: "g", oldOwnerUserID: from, newOwnerUserID: to },
  });

  test("has one owner, and the old one takes the new one's place", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call("ann", "transfer_group", handOver("bob"))).toBe(0);
    expect(await team.roleOf("ann")).toBe(60);
    expect(await team.roleOf("bob")).toBe(100);
    expect((await findGroup(storage.db, "g"))?.ownerUserID).toBe("bob");
    expect(team.told()).toEqual([1507]);
    // From here on it is in memory.
    await team.roster.member("g", "dan");
    await team.call("bob", "transfer_group", handOver("dan", "bob"));
    expect(await team.roleOf("bob")).toBe(20);
    expect(await team.roster.member("g", "dan")).toMatchObject({
      roleLevel: 100,
    });
  });

  test("lets a muted new owner speak", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    const mute = (muteEndTime: number) =>
      storage.transact(async (tx) => {
        await updateMember(tx, "g", "cyd", { muteEndTime });
      });
    await mute(start + 60_000);
    await team.call("ann", "transfer_group", handOver("cyd"));
    expect(team.told()).toEqual([1513, 1507]);
    expect((await findMember(storage.db, "g", "cyd"))?.muteEndTime).toBe(0);
  });

  test.each([
    ["by an admin", "bob", handOver("bob"), 1002],
    ["by a member", "cyd", handOver("cyd"), 1002],
    ["by a member, of what is not theirs", "cyd", handOver("dan", "cyd"), 1002],
    ["to its owner", "ann", handOver("ann"), 1001],
    ["by an administrator", "root", handOver("cyd"), 0],
    ["to a stranger", "ann", handOver("eve"), 1001],
    ["from who is no member", "root", handOver("cyd", "eve"), 1001],
    ["from who does not own it", "root", handOver("cyd", "bob"), 1001],
  ])("%s", async (_title, by, wanted, code) => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call(by, "transfer_group", wanted)).toBe(code);
    expect(await team.roleOf("ann")).toBe(code === 0 ? 20 : 100);
  });
});

forEachEngine("who leaves a group", (open) => {
  test("is out, and all hear of it", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    const quit = { groupID: "g", userID: "cyd" };
    expect(await team.call("cyd", "quit_group", quit)).toBe(0);
    expect(await team.memberIDs()).not.toContain("cyd");
    expect(team.told()).toContain(1504);
    expect(await team.call("cyd", "quit_group", quit)).toBe(1004);
  });

  test("is not its owner", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    const quit = { groupID: "g", userID: "ann" };
    expect(await team.call("ann", "quit_group", quit)).toBe(1002);
    expect(await team.memberIDs()).toContain("ann");
  });
});

forEachEngine("who is removed from a group", (open) => {
  const kick = (...kickedUserIDs: string[]) => ({
    ...{ groupID: "g", kickedUserIDs },
  });

  test("is told with all who are left, once for many", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call("bob", "kick_group", kick("cyd", "dan"))).toBe(0);
    expect(await team.memberIDs()).toEqual(["ann", "bob", "bea"]);
    const [notice] = team.notices;
    expect(notice).toMatchObject({ contentType: 1508 });
    expect(notice?.audience?.toSorted()).toEqual([
      ...["ann", "bea", "bob", "cyd", "dan"],
    ]);
  });

  test.each([
    ["a member by an admin", "bob", "cyd", 0],
    ["an admin by an admin", "bob", "bea", 1002],
    ["an admin by the owner", "ann", "bea", 0],
    ["the owner by an administrator", "root", "ann", 1001],
    ["a member by a member", "cyd", "dan", 1002],
    ["a member by a stranger", "eve", "dan", 1002],
    ["a stranger by the owner", "ann", "eve", 1101],
    ["a member by an administrator", "root", "dan", 0],
  ])("is %s", async (_title, by, whom, code) => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call(by, "kick_group", kick(whom))).toBe(code);
    const isMember = (await team.memberIDs()).includes(whom);
    expect(isMember).toBe(code !== 0 && whom !== "eve");
  });
});
