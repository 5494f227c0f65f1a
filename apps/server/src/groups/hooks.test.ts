import { expect, test } from "bun:test";

import { ProtocolError } from "@parley/protocol/errors";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { GroupHooks } from "./hooks.ts";
import { groupsOver } from "../../testing/groups/groups.ts";

const refusal = new ProtocolError(5001, "", { errMsg: "refused" });

forEachEngine("hooks of groups", (open) => {
  // docs/wire/deviations.md: OpenIM tells it twice, or without the members.
  test("a dismissal is told once, with the members", async () => {
    await using storage = await open();
    const told: (readonly string[])[] = [];
    const hooks: GroupHooks = {
      afterDismiss: (_tx, _operationID, _group, memberIDs) =>
        void told.push([...memberIDs]),
    };
    const groups = groupsOver(storage, { hooks });
    for (const deleteMember of [false, true]) {
      const groupID = `g${deleteMember}`;
      await groups.create({ members: ["bob"] }, { groupID });
      await groups.call("ann", "dismiss_group", { groupID, deleteMember });
    }
    expect(told).toEqual([
      ["ann", "bob"],
      ["ann", "bob"],
    ]);
  });

  test("a dismissal that follows at once with deleteMember is not told again", async () => {
    await using storage = await open();
    const told: (readonly string[])[] = [];
    const hooks: GroupHooks = {
      afterDismiss: (_tx, _operationID, _group, memberIDs) =>
        void told.push([...memberIDs]),
    };
    const groups = groupsOver(storage, { hooks });
    const members = Array.from({ length: 500 }, (_, i) => `m${i}`);
    await groups.create({ members });
    const dismiss = (deleteMember: boolean) =>
      groups.call("ann", "dismiss_group", { groupID: "g", deleteMember });
    // Both are queued before the members of the first are all removed.
    expect(await Promise.all([dismiss(false), dismiss(true)])).toEqual([0, 0]);
    expect(told.map((each) => each.toSorted())).toEqual([
      ["ann", ...members].toSorted(),
    ]);
  });

  // OpenIM lists everybody twice.
  test("a new group is told with each member once", async () => {
    await using storage = await open();
    const told: unknown[] = [];
    const hooks: GroupHooks = {
      afterCreate: (_tx, _operationID, { memberCount }, members) =>
        void told.push(memberCount, ...members),
    };
    const groups = groupsOver(storage, { hooks });
    await groups.create({ admins: ["bob"], members: ["cyd"] });
    expect(told).toEqual([
      3,
      { userID: "ann", roleLevel: 100 },
      { userID: "bob", roleLevel: 60 },
      { userID: "cyd", roleLevel: 20 },
    ]);
  });

  test("a refusal of its members leaves no group behind", async () => {
    await using storage = await open();
    const groups = groupsOver(storage, {
      hooks: { beforeEnter: () => Promise.reject(refusal) },
    });
    await groups.create({ members: ["bob"] });
    const { groupInfos } = await groups.call("ann", "get_groups_info", {
      groupIDs: ["g"],
    });
    expect(groupInfos).toBeNull();
    expect(groups.told()).toEqual([]);
  });

  test("members enter as an answer wants them, and are shown so", async () => {
    await using storage = await open();
    const hooks: GroupHooks = {
      beforeEnter: async (_operationID, _group, members) =>
        members.map((each) => ({ ...each, nickname: `new-${each.userID}` })),
    };
    const groups = groupsOver(storage, { hooks });
    await groups.create({});
    await groups.call("ann", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["bob"],
    });
    const { members } = await groups.call("ann", "get_group_members_info", {
      groupID: "g",
      userIDs: ["bob"],
    });
    expect(members[0].nickname).toBe("new-bob");
    const told = groups.notices.filter((notice) => notice.contentType !== 1300);
    expect(told.at(-1)?.detail).toContain("new-bob");
  });

  test.each([
    ["bob", 100, 1002],
    ["bob", 37, 1001],
    ["ann", 20, 1001],
  ])(
    "no answer gives %s the role %i as they enter",
    async (userID, role, code) => {
      await using storage = await open();
      const groups = groupsOver(storage, {
        hooks: {
          beforeEnter: async (_operationID, _group, members) =>
            members.map((each) =>
              each.userID === userID ? { ...each, roleLevel: role } : each,
            ),
        },
      });
      const wanted = {
        groupInfo: { groupID: "g", groupType: 2 },
        ownerUserID: "ann",
      };
      expect(
        await groups.call("ann", "create_group", {
          ...wanted,
          memberUserIDs: ["bob"],
        }),
      ).toBe(code);
    },
  );

  test.each([
    ["bob", 100, 1002],
    ["bob", 37, 1001],
    ["ann", 60, 1001],
  ])("no answer makes %s one of role %i", async (userID, role, code) => {
    await using storage = await open();
    const groups = groupsOver(storage, {
      hooks: {
        beforeMemberInfo: async (_operationID, entry) => ({
          ...entry,
          roleLevel: role,
        }),
      },
    });
    await groups.create({ members: ["bob"] });
    const members = [{ groupID: "g", userID, nickname: "new" }];
    expect(await groups.call("ann", "set_group_member_info", { members })).toBe(
      code,
    );
  });

  test("while an invitation is thought over, the group goes on", async () => {
    await using storage = await open();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const groups = groupsOver(storage, {
      hooks: { beforeInvite: () => asked },
    });
    await groups.create({ members: ["bob"] });
    const invite = groups.call("bob", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["cyd"],
    });
    // The inviter is removed meanwhile: the checks hold when it is answered.
    const kick = { groupID: "g", kickedUserIDs: ["bob"] };
    expect(await groups.call("ann", "kick_group", kick)).toBe(0);
    answer();
    expect(await invite).toBe(1002);
    expect(await groups.memberIDs()).toEqual(["ann"]);
  });

  // OpenIM, too, is silent then.
  test("a change of a group that changes nothing is not told", async () => {
    await using storage = await open();
    const told: unknown[] = [];
    const after: NonNullable<GroupHooks["info"]>["after"] = (
      ...[, , , change]
    ) => void told.push(change);
    const groups = groupsOver(storage, {
      hooks: { info: { after }, infoEx: { after } },
    });
    await groups.create({});
    const set = (route: string, body: object) =>
      groups.call("ann", route, body);
    const info = (change: object) => ({
      groupInfoForSet: { groupID: "g", ...change },
    });
    expect(await set("set_group_info", info({}))).toBe(0);
    expect(await set("set_group_info_ex", { groupID: "g" })).toBe(0);
    expect(told).toEqual([]);
    expect(await set("set_group_info", info({ introduction: "i" }))).toBe(0);
    const other = { groupID: "g", introduction: "j" };
    expect(await set("set_group_info_ex", other)).toBe(0);
    expect(told).toEqual([{ introduction: "i" }, { introduction: "j" }]);
  });
});
