import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { groupsOver } from "../../testing/groups/groups.ts";

// One test per fault of OpenIM that Parley does not copy.

const page = { pageNumber: 1, showNumber: 20 };

forEachEngine("unlike OpenIM", (open) => {
  test("nobody applies in the name of another", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({});
    const join = (userID: string) =>
      groups.call(userID, "join_group", {
        groupID: "g",
        joinSource: 3,
        inviterUserID: "dan",
      });
    expect(await join("bob")).toBe(1002);
    expect(await join("root")).toBe(0);
  });

  test("an administrator hands over what the owner owns, never a second ownership", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob", "cyd"] });
    const transfer = (oldOwnerUserID: string) =>
      groups.call("root", "transfer_group", {
        groupID: "g",
        oldOwnerUserID,
        newOwnerUserID: "cyd",
      });
    expect(await transfer("bob")).toBe(1001);
    expect(await transfer("ann")).toBe(0);
    expect(await groups.memberIDs()).toEqual(["cyd", "ann", "bob"]);
  });

  test("inviting a member is a bad request, no failure of the server", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] });
    expect(
      await groups.call("ann", "invite_user_to_group", {
        groupID: "g",
        invitedUserIDs: ["bob"],
      }),
    ).toBe(1001);
  });

  test("muting does not bring a dismissed group back to life", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({});
    await groups.call("ann", "dismiss_group", {
      groupID: "g",
      deleteMember: true,
    });
    for (const path of ["mute_group", "cancel_mute_group"])
      expect(await groups.call("root", path, { groupID: "g" })).toBe(1204);
    const { groupInfos } = await groups.call("ann", "get_groups_info", {
      groupIDs: ["g"],
    });
    expect(groupInfos[0].status).toBe(2);
  });

  test("a keyword finds members by nickname", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob", "cyd"] });
    await groups.call("ann", "set_group_member_info", {
      members: [{ groupID: "g", userID: "bob", nickname: "The Büilder" }],
    });
    expect(
      await groups.call("ann", "get_group_member_list", {
        groupID: "g",
        pagination: page,
        keyword: "BÜILD",
      }),
    ).toMatchObject({ total: 1, members: [{ userID: "bob" }] });
  });

  test("applications show who applied, and no users are no failure", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({});
    await groups.call("bob", "join_group", {
      groupID: "g",
      joinSource: 3,
      inviterUserID: "bob",
    });
    const ask = (userIDs: string[]) =>
      groups.call("ann", "get_group_users_req_application_list", {
        groupID: "g",
        userIDs,
      });
    expect(await ask(["bob", "cyd"])).toMatchObject({
      total: 1,
      groupRequests: [{ userInfo: { userID: "bob", nickname: "nick-bob" } }],
    });
    expect(await ask([])).toEqual({ total: 0, groupRequests: null });
  });

  test("an unknown group has no applications, and that is no crash", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const ask = (userID: string) =>
      groups.call(userID, "get_specified_user_group_request_info", {
        groupID: "none",
        userID: "cyd",
      });
    expect(await ask("eve")).toBe(1002);
    expect(await ask("root")).toMatchObject({ total: 0 });
  });

  test("who answered an application, when and how, can be read later", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({});
    await groups.call("bob", "join_group", {
      groupID: "g",
      joinSource: 3,
      inviterUserID: "bob",
    });
    groups.notices.length = 0;
    await groups.call("ann", "group_application_response", {
      groupID: "g",
      fromUserID: "bob",
      handledMsg: "not now",
      handleResult: -1,
    });
    const answered = {
      handleResult: -1,
      handleMsg: "not now",
      handleUserID: "ann",
      handleTime: 1_700_000_000_000,
    };
    expect(groups.notices.map(({ contentType }) => contentType)).toEqual([
      1506, 1506,
    ]);
    for (const { detail } of groups.notices)
      expect(JSON.parse(detail).request).toMatchObject(answered);
    expect(
      await groups.call("bob", "get_user_req_group_applicationList", {
        userID: "bob",
        pagination: page,
      }),
    ).toMatchObject({ groupRequests: [answered] });
  });

  test("who becomes no member of a new group is not counted", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    const { groupInfo } = await groups.call("root", "create_group", {
      ownerUserID: "ann",
      memberUserIDs: ["bob"],
      groupInfo: { groupType: 2 },
    });
    expect(groupInfo.memberCount).toBe(2);
  });

  test("a blank name does not keep the rest of a change from happening", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({}, { groupName: "Team" });
    await groups.call("ann", "set_group_info_ex", {
      groupID: "g",
      groupName: "  ",
      introduction: "kept",
    });
    const { groupInfos } = await groups.call("ann", "get_groups_info", {
      groupIDs: ["g"],
    });
    expect(groupInfos).toMatchObject([
      { groupName: "Team", introduction: "kept" },
    ]);
    expect(groups.told()).toEqual([1502]);
  });

  test("only administrators look through all groups, and for plain text", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({}, { groupName: "100% (a.b)" });
    const search = (userID: string, groupName: string) =>
      groups.call(userID, "get_groups", { groupName, pagination: page });
    expect(await search("ann", "100")).toBe(1002);
    const totals = [];
    for (const text of ["0% (a.", "A.B", "1.*", "a_b", ""])
      totals.push((await search("root", text)).total);
    expect(totals).toEqual([1, 0, 0, 0, 1]);
  });

  test("an announcement marks every member, whoever makes it, and tells each once", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ admins: ["bob"], members: ["cyd"] });
    await storage.transact((tx) =>
      groups.groupConversations.make(tx, "g", ["ann", "bob", "cyd"]),
    );
    await groups.call("bob", "set_group_info_ex", {
      groupID: "g",
      notification: "read this",
    });
    expect(groups.told()).toEqual([1519, 1300, 1300, 1300]);
    for (const userID of ["ann", "bob", "cyd"])
      expect(await groups.conversations.get(userID, "sg_g")).toMatchObject({
        groupAtType: 4,
      });
  });

  test("each one who joins, leaves or is removed gets one 1300", async () => {
    await using storage = await open();
    const groups = groupsOver(storage);
    await groups.create({ members: ["bob"] }, { needVerification: 2 });
    const toldIn = async (path: string, userID: string, body: object) => {
      await groups.call(userID, path, { groupID: "g", ...body });
      return groups.notices
        .splice(0)
        .filter(({ contentType }) => contentType === 1300)
        .map(({ recvID }) => recvID);
    };
    const joining = { joinSource: 3, inviterUserID: "cyd" };
    expect(await toldIn("join_group", "cyd", joining)).toEqual(["cyd"]);
    expect(await toldIn("quit_group", "cyd", {})).toEqual(["cyd"]);
    const kicked = { kickedUserIDs: ["bob"] };
    expect(await toldIn("kick_group", "ann", kicked)).toEqual(["bob"]);
    const invited = { invitedUserIDs: ["bob", "cyd"] };
    expect(await toldIn("invite_user_to_group", "ann", invited)).toEqual([
      "bob",
      "cyd",
    ]);
  });
});
