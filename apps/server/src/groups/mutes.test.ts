import { expect, test } from "bun:test";

import { groupsOver, start } from "../../testing/groups/groups.ts";
import type { Answer } from "../../testing/groups/groups.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { findMember } from "./member-store.ts";
import { findGroup } from "./store.ts";

/** Ann's group: Bob and Bea help, Cyd and Dan are members, Eve is not. */
async function teamOver(storage: TestStorage) {
  const groups = groupsOver(storage);
  await groups.create({ admins: ["bob", "bea"], members: ["cyd", "dan"] });
  return {
    ...groups,
    mute: (by: string, userID: string, mutedSeconds = 60): Promise<Answer> =>
      groups.call(by, "mute_group_member", {
        ...{ groupID: "g", userID, mutedSeconds },
      }),
    async mutedUntil(userID: string) {
      return (await findMember(storage.db, "g", userID))?.muteEndTime;
    },
    async status() {
      return (await findGroup(storage.db, "g"))?.status;
    },
  };
}

forEachEngine("a member who is muted", (open) => {
  test("may not speak until then, and all hear who muted whom for how long", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    // From here on it is in memory.
    await team.roster.member("g", "cyd");
    expect(await team.mute("bob", "cyd", 90)).toBe(0);
    expect(await team.mutedUntil("cyd")).toBe(start + 90_000);
    expect(team.notices).toHaveLength(1);
    const [{ contentType, detail } = { contentType: 0, detail: "{}" }] =
      team.notices;
    expect(contentType).toBe(1512);
    expect(JSON.parse(detail)).toMatchObject({
      ...{ mutedSeconds: 90, opUser: { userID: "bob" } },
      mutedUser: { userID: "cyd" },
    });
    expect(await team.roster.member("g", "cyd")).toMatchObject({
      muteEndTime: start + 90_000,
    });
  });

  test("speaks again when the mute is ended, which 0 seconds do not", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    await team.mute("ann", "cyd");
    team.told();
    expect(await team.mute("ann", "cyd", 0)).toBe(1001);
    const cyd = { groupID: "g", userID: "cyd" };
    expect(await team.call("dan", "cancel_mute_group_member", cyd)).toBe(1002);
    expect(await team.mutedUntil("cyd")).toBe(start + 60_000);
    expect(await team.call("bob", "cancel_mute_group_member", cyd)).toBe(0);
    expect(await team.mutedUntil("cyd")).toBe(0);
    expect(team.told()).toEqual([1513]);
  });

  test.each([
    ["the owner", "an admin", "ann", "bob", 0],
    ["an admin", "a member", "bob", "cyd", 0],
    ["an admin", "an admin", "bob", "bea", 1002],
    ["an admin", "the owner", "bob", "ann", 1002],
    ["a member", "a member", "cyd", "dan", 1002],
    ["a stranger", "a member", "eve", "cyd", 1004],
    ["an administrator", "the owner", "root", "ann", 0],
    ["the owner", "a stranger", "ann", "eve", 1004],
  ])("by %s, %s", async (_by, _whom, by, whom, code) => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.mute(by, whom)).toBe(code);
    expect(team.notices).toHaveLength(code === 0 ? 1 : 0);
    if (code !== 0 && whom !== "eve")
      expect(await team.mutedUntil(whom)).toBe(0);
  });
});

forEachEngine("a group that is muted", (open) => {
  test("says so to all, until it speaks again", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    const group = { groupID: "g" };
    await team.roster.group("g");
    expect(await team.call("bob", "mute_group", group)).toBe(0);
    expect(await team.status()).toBe(3);
    expect(team.told()).toEqual([1514]);
    expect(await team.roster.group("g")).toMatchObject({ status: 3 });
    expect(await team.call("ann", "cancel_mute_group", group)).toBe(0);
    expect(await team.status()).toBe(0);
    expect(team.told()).toEqual([1515]);
  });

  test.each([
    ["a member", "cyd", 1002],
    ["a stranger", "eve", 1002],
    ["an administrator", "root", 0],
  ])("by %s", async (_by, by, code) => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call(by, "mute_group", { groupID: "g" })).toBe(code);
    expect(await team.status()).toBe(code === 0 ? 3 : 0);
  });

  test("is there, and not dismissed", async () => {
    await using storage = await open();
    const team = await teamOver(storage);
    expect(await team.call("root", "mute_group", { groupID: "no" })).toBe(1004);
    await team.call("ann", "dismiss_group", { groupID: "g" });
    expect(await team.call("root", "mute_group", { groupID: "g" })).toBe(1204);
  });
});
