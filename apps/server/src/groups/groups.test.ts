import { describe, expect, test } from "bun:test";

import { readMsgData } from "@parley/protocol/msg-data";
import { MsgData } from "@parley/protocol/generated/sdkws";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { findGroup } from "./store.ts";
import { listMemberIDs } from "./member-store.ts";
import { groupsOver, start } from "../../testing/groups/groups.ts";

const says = (sendID: string, contentType = 101) =>
  readMsgData(
    MsgData.encode({ sendID, groupID: "g", sessionType: 3, contentType }),
  );

forEachEngine("a new group", (open) => {
  test("has its members in order, and everyone hears of it", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const { groupInfo } = await groups.call("ann", "create_group", {
      ownerUserID: "ann",
      adminUserIDs: ["bob"],
      memberUserIDs: ["cyd", "dan"],
      groupInfo: { groupType: 2, groupName: "Team", notification: "news" },
    });
    expect(groupInfo).toMatchObject({ memberCount: 4, createTime: start });
    expect(groupInfo.groupID).toMatch(/^\d{1,10}$/);
    expect(await groups.memberIDs(groupInfo.groupID)).toEqual([
      "ann",
      "bob",
      "cyd",
      "dan",
    ]);
    expect(groups.notices).toMatchObject([
      { contentType: 1501, audience: ["ann", "bob", "cyd", "dan"] },
      { contentType: 1519, senderNickname: "nick-ann" },
    ]);
    // COMPAT: as OpenIM sends it; the members of the list have nicknames.
    const { groupOwnerUser, memberList } = JSON.parse(
      groups.notices[0]?.detail ?? "",
    );
    expect(groupOwnerUser).toMatchObject({ userID: "ann", nickname: "" });
    expect(memberList[0]).toMatchObject({
      userID: "ann",
      nickname: "nick-ann",
    });
  });

  test("is not made when a member is unknown or there twice", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    groups.unknown.add("eve");
    const make = (memberUserIDs: string[]) =>
      groups.call("ann", "create_group", {
        ownerUserID: "ann",
        memberUserIDs,
        groupInfo: { groupType: 2, groupID: "g" },
      });
    expect(await make(["eve"])).toBe(1101);
    expect(await make(["ann"])).toBe(1001);
    expect(await findGroup(storage.db, "g")).toBeUndefined();
    expect(groups.notices).toEqual([]);
  });

  test("may have a thousand members", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const members = Array.from({ length: 1_000 }, (_, i) => `m${i}`);
    await groups.create({ members });
    expect(await groups.roster.membersOf("g")).toHaveLength(1_001);
    const { total, members: page } = await groups.call(
      "ann",
      "get_group_member_list",
      { groupID: "g", pagination: { pageNumber: 11, showNumber: 100 } },
    );
    expect([total, page.length]).toEqual([1_001, 1]);
  });
});

forEachEngine("members come and go", (open) => {
  test("who is invited is in, and reads all of the history", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    await groups.call("bob", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["cyd"],
    });
    expect(groups.notices.map((notice) => notice.contentType)).toEqual([
      1509, 1300,
    ]);
    expect(groups.notices[0]?.audience).toEqual(["ann", "bob", "cyd"]);
    expect(await groups.roster.membersOf("g")).toEqual(["ann", "bob", "cyd"]);
    expect(await groups.userSeqs.get("cyd", "sg_g")).toMatchObject({
      minSeq: 0,
      maxSeq: 0,
    });
  });

  test("without history for new members they read from the notice on", async () => {
    await using storage = await open();
    const groups = groupsOver(storage, { hasHistoryForNewMembers: false });
    await groups.create({});
    groups.seqs.set("sg_g", 7);
    await groups.call("ann", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["cyd"],
    });
    expect(await groups.userSeqs.get("cyd", "sg_g")).toMatchObject({
      minSeq: 8,
    });
  });

  test("120 are invited in notices of 50, or not at all", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["m119"] });
    const invitedUserIDs = Array.from({ length: 120 }, (_, i) => `m${i}`);
    const invite = (userIDs: string[]) =>
      groups.call("ann", "invite_user_to_group", {
        groupID: "g",
        invitedUserIDs: userIDs,
      });
    expect(await invite(invitedUserIDs)).toBe(1001);
    expect(await groups.memberIDs()).toEqual(["ann", "m119"]);
    expect(await invite([...invitedUserIDs.slice(0, 119), "other"])).toBe(0);
    const told = groups.notices.filter(
      ({ contentType }) => contentType === 1509,
    );
    expect(
      told.map(({ detail }) => JSON.parse(detail).invitedUserList.length),
    ).toEqual([50, 50, 20]);
    expect(
      told.map(({ detail }) => JSON.parse(detail).groupMemberVersion),
    ).toEqual([2, 3, 4]);
  });

  test("who leaves hears of it, and reads up to that notice", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob", "cyd"] });
    await storage.transact((tx) =>
      groups.groupConversations.make(tx, "g", ["ann", "bob", "cyd"]),
    );
    groups.seqs.set("sg_g", 5).set("n_g", 3);
    await groups.call("bob", "quit_group", { groupID: "g" });
    expect(groups.notices).toMatchObject([
      { contentType: 1504, audience: ["ann", "bob", "cyd"] },
      { contentType: 1300, recvID: "bob" },
    ]);
    expect(await groups.userSeqs.get("bob", "sg_g")).toMatchObject({
      maxSeq: 5,
    });
    expect(await groups.conversations.get("bob", "sg_g")).toMatchObject({
      maxSeq: 5,
    });
    expect(await groups.roster.membersOf("g")).toEqual(["ann", "cyd"]);
    const limit = (userID: string) =>
      groups.feature.speaking.noticeLimit("g", userID);
    expect([
      await limit("ann"),
      await limit("bob"),
      await limit("eve"),
    ]).toEqual([0, 3, undefined]);
  });

  test("who comes back reads on", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    await storage.transact((tx) =>
      groups.groupConversations.make(tx, "g", ["ann", "bob"]),
    );
    groups.seqs.set("sg_g", 5);
    await groups.call("ann", "kick_group", {
      groupID: "g",
      kickedUserIDs: ["bob"],
    });
    await groups.call("ann", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["bob"],
    });
    expect(await groups.userSeqs.get("bob", "sg_g")).toMatchObject({
      maxSeq: 0,
    });
    expect(await groups.conversations.get("bob", "sg_g")).toMatchObject({
      maxSeq: 0,
    });
    expect(await groups.feature.speaking.noticeLimit("g", "bob")).toBe(0);
  });

  test("who leaves a group where nothing was said keeps no conversation of it", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({});
    await groups.call("ann", "invite_user_to_group", {
      groupID: "g",
      invitedUserIDs: ["bob"],
    });
    await groups.call("bob", "quit_group", { groupID: "g" });
    expect(await groups.conversations.glance("bob", "sg_g")).toBeNull();
  });

  test("nobody is removed when one of them cannot be", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ admins: ["bob", "cyd"], members: ["dan"] });
    const kick = (userID: string, ...kickedUserIDs: string[]) =>
      groups.call(userID, "kick_group", { groupID: "g", kickedUserIDs });
    expect(await kick("bob", "dan", "cyd")).toBe(1002);
    expect(await kick("bob", "dan", "eve")).toBe(1101);
    expect(await kick("bob", "dan", "ann")).toBe(1001);
    expect(await groups.memberIDs()).toEqual(["ann", "bob", "cyd", "dan"]);
    expect(groups.notices).toEqual([]);
    expect(await kick("root", "bob", "dan")).toBe(0);
    expect(await groups.memberIDs()).toEqual(["ann", "cyd"]);
  });
});

forEachEngine("who speaks is judged from memory", (open) => {
  test("and every change shows at once", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const { requireSpeaker } = groups.feature.speaking;
    const codeFor = async (userID: string) => {
      try {
        await requireSpeaker(says(userID));
        return 0;
      } catch (error) {
        return (error as { code: number }).code;
      }
    };
    const act = (path: string, body: object = {}) =>
      groups.call("ann", path, { groupID: "g", ...body });

    expect(await codeFor("bob")).toBe(1004);
    await groups.create({ members: ["bob"] });
    expect([await codeFor("bob"), await codeFor("cyd")]).toEqual([0, 1203]);
    await act("mute_group_member", { userID: "bob", mutedSeconds: 60 });
    expect(await codeFor("bob")).toBe(1402);
    await act("cancel_mute_group_member", { userID: "bob" });
    await act("mute_group");
    expect([await codeFor("bob"), await codeFor("ann")]).toEqual([1403, 0]);
    await act("cancel_mute_group");
    await act("kick_group", { kickedUserIDs: ["bob"] });
    expect(await codeFor("bob")).toBe(1203);
    await act("invite_user_to_group", { invitedUserIDs: ["bob"] });
    expect(await codeFor("bob")).toBe(0);
    await act("transfer_group", {
      oldOwnerUserID: "ann",
      newOwnerUserID: "bob",
    });
    await groups.call("bob", "mute_group", { groupID: "g" });
    expect([await codeFor("ann"), await codeFor("bob")]).toEqual([1403, 0]);
    await groups.call("bob", "dismiss_group", { groupID: "g" });
    expect(await codeFor("bob")).toBe(1204);
  });

  test("without a promise once the group is known", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    const { requireSpeaker } = groups.feature.speaking;
    await requireSpeaker(says("bob"));
    expect(requireSpeaker(says("bob"))).toBeUndefined();
    expect(groups.roster.membersOf("g")).toEqual(["ann", "bob"]);
  });
});

forEachEngine("marks of those who are named", (open) => {
  test("are set once, and each is told once", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob", "cyd"] });
    await storage.transact((tx) =>
      groups.groupConversations.make(tx, "g", ["ann", "bob", "cyd"]),
    );
    const message = readMsgData(
      MsgData.encode({
        sendID: "ann",
        groupID: "g",
        sessionType: 3,
        contentType: 106,
        atUserIDList: ["AtAllTag", "bob"],
      }),
    );
    for (let times = 0; times < 2; times++)
      await storage.transact(
        groups.feature.mention(message, "op") ?? (async () => undefined),
      );
    await groups.changes.settled();
    const markOf = async (userID: string) =>
      (await groups.conversations.get(userID, "sg_g")).groupAtType;
    expect([
      await markOf("ann"),
      await markOf("bob"),
      await markOf("cyd"),
    ]).toEqual([0, 3, 2]);
    expect(groups.notices.map(({ recvID }) => recvID)).toEqual(["bob", "cyd"]);
  });
});

forEachEngine("rows of the chat", (open) => {
  test("come with its first message, and again after one was deleted", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    const { groupConversations: rows } = groups;
    expect(await rows.missing("g")).toEqual(["ann", "bob"]);
    await storage.transact((tx) => rows.make(tx, "g", ["ann", "bob"]));
    expect(await rows.missing("g")).toEqual([]);
    await groups.conversations.delete("bob", ["sg_g"]);
    expect(await rows.missing("g")).toEqual(["bob"]);
    await storage.transact((tx) => rows.make(tx, "g", ["bob"]));
    expect(await rows.missing("g")).toEqual([]);
    expect(await groups.conversations.glance("bob", "sg_g")).not.toBeNull();
  });

  test("are not made for one who left and deleted the conversation", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    const { groupConversations: rows } = groups;
    await storage.transact((tx) => rows.make(tx, "g", ["ann", "bob"]));
    groups.seqs.set("sg_g", 1);
    await groups.call("bob", "quit_group", { groupID: "g" });
    await groups.conversations.delete("bob", ["sg_g"]);
    const missing = await rows.missing("g");
    await storage.transact((tx) => rows.make(tx, "g", missing));
    expect(await groups.conversations.glance("bob", "sg_g")).toBeNull();
    expect(await rows.missing("g")).toEqual([]);
  });
});

forEachEngine("a dismissed group", (open) => {
  const emptied = async (groups: ReturnType<typeof groupsOver>) => {
    for (;;) {
      const { groupInfos } = await groups.call("ann", "get_groups_info", {
        groupIDs: ["g"],
      });
      if (groupInfos[0].memberCount === 0) return groupInfos[0];
      await Bun.sleep(5);
    }
  };

  test("is emptied part by part, and its id stays taken", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const members = Array.from({ length: 1_000 }, (_, i) => `m${i}`);
    await groups.create({ members });
    expect(await groups.call("ann", "dismiss_group", { groupID: "g" })).toBe(0);
    expect(groups.notices).toMatchObject([{ contentType: 1511 }]);
    expect(groups.notices[0]?.audience).toHaveLength(1_001);
    expect(await emptied(groups)).toMatchObject({
      status: 2,
      ownerUserID: "",
    });
    expect(await groups.roster.membersOf("g")).toEqual([]);
    const create = { ownerUserID: "ann", groupInfo: { groupType: 2 } };
    expect(
      await groups.call("ann", "create_group", {
        ...create,
        groupInfo: { groupType: 2, groupID: "g" },
      }),
    ).toBe(1202);
  });

  test("that a stop left half full tells its members at the next start, when all are out", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const members = Array.from({ length: 1_000 }, (_, i) => `m${i}`);
    await groups.create({ members });
    const dismissed = groups.call("ann", "dismiss_group", { groupID: "g" });
    // It stops after the first part.
    await storage.transact(async () => undefined);
    await groups.changes.close();
    await dismissed.catch(() => undefined);
    expect(groups.notices).toEqual([]);
    expect((await groups.memberIDs()).length).toBeGreaterThan(0);

    let left: string[] | undefined;
    const restarted = groupsOver(storage, {
      async notify(_tx, notice) {
        restarted.notices.push(notice);
        left = await listMemberIDs(_tx.db, "g");
      },
    });
    await restarted.changes.resume();
    expect(left).toEqual([]);
    expect(restarted.notices).toMatchObject([{ contentType: 1511 }]);
    expect(restarted.notices[0]?.audience).toHaveLength(1_001);
    expect(await emptied(restarted)).toMatchObject({ ownerUserID: "" });
    // And only once.
    await groupsOver(storage).changes.resume();
    expect(restarted.notices).toHaveLength(1);
  });

  test("that an older version left half full is emptied at the next start", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    await storage.transact(async (tx) => {
      await tx.db
        .updateTable("groups")
        .set({ status: 2 })
        .where("group_id", "=", "g")
        .execute();
    });
    const restarted = groupsOver(storage);
    await restarted.feature.groups.finishDismissals();
    expect(await emptied(restarted)).toMatchObject({ memberCount: 0 });
    expect(await restarted.memberIDs()).toEqual([]);
  });

  test("takes its members silently with it, if that is asked for", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    const dismiss = () =>
      groups.call("ann", "dismiss_group", { groupID: "g", deleteMember: true });
    expect(await dismiss()).toBe(0);
    expect(groups.notices).toEqual([]);
    expect(await groups.memberIDs()).toEqual([]);
    expect(await dismiss()).toBe(1004);
  });
});

forEachEngine("many members who are set by one call", (open) => {
  test("are no single transaction that everybody waits for", async () => {
    await using storage = await open();
    const told: number[] = [];
    const groups = groupsOver({
      ...storage,
      async transact(work) {
        const before = groups.notices.length;
        const result = await storage.transact(work);
        told.push(groups.notices.length - before);
        return result;
      },
    });
    const userIDs = Array.from({ length: 90 }, (_, i) => `u${i}`);
    await groups.create({ members: userIDs });
    told.length = 0;
    const members = userIDs.map((userID) => ({
      ...{ groupID: "g", userID, nickname: `named ${userID}` },
    }));
    expect(await groups.call("ann", "set_group_member_info", { members })).toBe(
      0,
    );
    expect(groups.notices.length).toBe(userIDs.length);
    expect(Math.max(...told)).toBeLessThan(30);
    const { version } = await storage.db
      .selectFrom("versions")
      .select("version")
      .where("kind", "=", "groupMembers")
      .where("owner_id", "=", "g")
      .executeTakeFirstOrThrow();
    // One for the group, and one for each of them.
    expect(version).toBe(1 + userIDs.length);
  });
});

describe("only managers", () => {
  forEachEngine("of the group", (open) => {
    test("delete for everyone", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      await groups.create({ admins: ["bob"], members: ["cyd"] });
      const { requireManager } = groups.feature.speaking;
      await requireManager("ann", "g");
      await requireManager("bob", "g");
      await expect(requireManager("cyd", "g")).rejects.toMatchObject({
        code: 1002,
      });
      await expect(requireManager("eve", "g")).rejects.toMatchObject({
        code: 1002,
      });
    });
  });
});
