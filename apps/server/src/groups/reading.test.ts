import { expect, test } from "bun:test";

import { groupsOver } from "../../testing/groups/groups.ts";
import type { Answer } from "../../testing/groups/groups.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";

/** Ann's group: Bob helps, Cyd is a member, Eve is not. */
async function teamOver(storage: TestStorage) {
  const groups = groupsOver(storage);
  const members = { admins: ["bob"], members: ["cyd"] };
  await groups.create(members, { groupName: "Tea" });
  return groups;
}

const pagination = { pageNumber: 1, showNumber: 10 };
const group = { groupID: "g" };

forEachEngine("what a group shows", (open) => {
  test.each<[path: string, request: object]>([
    ["get_group_abstract_info", { groupIDs: ["g"] }],
    ["get_group_members_info", { ...group, userIDs: ["ann"] }],
    ["get_group_member_list", { ...group, pagination }],
    ["get_group_member_user_id", group],
  ])(
    "by %s: members and administrators, no strangers",
    async (path, request) => {
      await using storage = await open();
      const groups = await teamOver(storage);
      const codes: Answer[] = [];
      for (const userID of ["ann", "cyd", "root", "eve"]) {
        const answer = await groups.call(userID, path, request);
        codes.push(typeof answer === "number" ? answer : 0);
      }
      expect(codes).toEqual([0, 0, 0, 1002]);
    },
  );

  test.each<[path: string, request: object, codes: number[]]>([
    [
      "get_group_users_req_application_list",
      { ...group, userIDs: ["dan"] },
      [0, 1002, 0, 1002],
    ],
    [
      "get_specified_user_group_request_info",
      { ...group, userID: "eve" },
      // Eve asks for her own.
      [0, 1002, 0, 0],
    ],
  ])("by %s: who manages it", async (path, request, codes) => {
    await using storage = await open();
    const groups = await teamOver(storage);
    const found: Answer[] = [];
    for (const userID of ["bob", "cyd", "root", "eve"]) {
      const answer = await groups.call(userID, path, request);
      found.push(typeof answer === "number" ? answer : 0);
    }
    expect(found).toEqual(codes);
  });

  test("as an abstract changes with its members, not with its name", async () => {
    await using storage = await open();
    const groups = await teamOver(storage);
    const abstract = async () => {
      const { groupAbstractInfos } = await groups.call(
        ...(["ann", "get_group_abstract_info", { groupIDs: ["g"] }] as const),
      );
      return groupAbstractInfos[0];
    };
    const before = await abstract();
    expect(before.groupMemberNumber).toBe(3);
    const renamed = { groupInfoForSet: { ...group, groupName: "Coffee" } };
    await groups.call("ann", "set_group_info", renamed);
    expect(await abstract()).toEqual(before);
    const invited = { ...group, invitedUserIDs: ["dan"] };
    await groups.call("ann", "invite_user_to_group", invited);
    const after = await abstract();
    expect(after.groupMemberNumber).toBe(4);
    expect(after.groupMemberListHash).not.toBe(before.groupMemberListHash);
    await groups.call("ann", "dismiss_group", group);
    expect(
      await groups.call("root", "get_group_abstract_info", { groupIDs: ["g"] }),
    ).toBe(1201);
    const none = { groupIDs: ["none"] };
    expect(await groups.call("root", "get_group_abstract_info", none)).toBe(
      1201,
    );
  });

  test("is found by its whole id, or by a part of its name, with its owner", async () => {
    await using storage = await open();
    const groups = await teamOver(storage);
    const find = async (wanted: object, page = pagination) => {
      const answer = await groups.call("root", "get_groups", {
        ...{ pagination: page, ...wanted },
      });
      return [
        answer.total,
        (answer.groups ?? []).map((each: Answer) => each.groupOwnerUserID),
      ];
    };
    expect(await find({ groupID: "g" })).toEqual([1, ["ann"]]);
    expect(await find({ groupID: "none" })).toEqual([0, []]);
    expect(await find({ groupName: "Te" })).toEqual([1, ["ann"]]);
    expect(await find({ groupName: "te" })).toEqual([0, []]);
    // Its only page is the first.
    const second = { pageNumber: 2, showNumber: 10 };
    expect(await find({ groupID: "g" }, second)).toEqual([1, []]);
  });
});

forEachEngine("who may do what in a group, from memory", (open) => {
  test("is asked of its members, those who left, and strangers", async () => {
    await using storage = await open();
    const groups = await teamOver(storage);
    const { speaking } = groups.feature;
    groups.seqs.set("n_g", 7).set("sg_g", 3);
    await groups.call("cyd", "quit_group", { ...group, userID: "cyd" });
    expect(await speaking.membership("g", "bob")).toBe("is");
    expect(await speaking.membership("g", "cyd")).toBe("was");
    expect(await speaking.membership("g", "eve")).toBeUndefined();
    expect(await speaking.noticeLimit("g", "bob")).toBe(0);
    expect(await speaking.noticeLimit("g", "cyd")).toBeGreaterThan(0);
    expect(await speaking.noticeLimit("g", "eve")).toBeUndefined();
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 0,
        ({ code }: { code: number }) => code,
      );
    expect(await codeOf(speaking.requireGroup("g"))).toBe(0);
    expect(await codeOf(speaking.requireGroup("none"))).toBe(1004);
    expect(await codeOf(speaking.requireManager("bob", "g"))).toBe(0);
    expect(await codeOf(speaking.requireManager("cyd", "g"))).toBe(1002);
    await groups.call("ann", "dismiss_group", group);
    expect(await codeOf(speaking.requireGroup("g"))).toBe(1204);
  });
});
