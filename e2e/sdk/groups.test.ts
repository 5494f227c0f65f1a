import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import type { GroupItem, MessageItem } from "@openim/wasm-client-sdk";
import {
  CancelMuteGroup,
  GetIncrementalGroupMembersBatch,
  MuteGroup,
} from "@parley/protocol/methods/groups";

import type { Client } from "./client.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const roles = { member: 20, admin: 60, owner: 100 };
/** Values of needVerification. */
const verification = { applications: 0, everybody: 1, nobody: 2 };
const [bySearch, byCode] = [3, 4];
/** The SDK's name for everybody in a list of those who are meant. */
const everybody = "AtAllTag";
const errors = { mutedInGroup: 1402, mutedGroup: 1403, notInGroup: 1204 };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

/** Everybody in a group that the first of them made, and all knowing of it. */
async function found(
  [owner, ...others]: [Client, ...Client[]],
  info: Partial<GroupItem> = {},
): Promise<GroupItem> {
  const group = await owner.call("createGroup", {
    memberUserIDs: others.map(({ userID }) => userID),
    groupInfo: { groupType: 2, groupName: "friends", ...info },
  });
  for (const each of [owner, ...others]) await each.joined(group.groupID);
  return group;
}

const conversationOf = ({ groupID }: GroupItem) => `sg_${groupID}`;

async function membersOf(
  client: Client,
  { groupID }: GroupItem,
): Promise<Record<string, number>> {
  const page = { groupID, filter: 0, offset: 0, count: 100 };
  const members = await client.call("getGroupMemberList", page);
  return Object.fromEntries(
    members.map(({ userID, roleLevel }) => [userID, roleLevel as number]),
  );
}

const textOf = ({ textElem }: MessageItem) => textElem?.content;

test("a new group is there for all its members, who talk in it", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob, cid], { introduction: "old ones" });
  expect(group).toMatchObject({
    groupName: "friends",
    introduction: "old ones",
    ownerUserID: ann.userID,
    memberCount: 3,
    status: 0,
  });
  for (const each of [ann, bob, cid]) {
    expect(await membersOf(each, group)).toEqual({
      [ann.userID]: roles.owner,
      [bob.userID]: roles.member,
      [cid.userID]: roles.member,
    });
    const [joined] = await each.call("getJoinedGroupList");
    expect(joined?.groupID).toBe(group.groupID);
  }

  await bob.sayIn(group.groupID, "hello", "all");
  for (const each of [ann, cid]) {
    const message = await each.hear("all");
    expect(message).toMatchObject({
      groupID: group.groupID,
      sendID: bob.userID,
      senderNickname: "bob",
    });
    const history = await each.history(conversationOf(group));
    expect(history.map(textOf).filter(Boolean)).toEqual(["hello", "all"]);
  }
});

test("who must apply gets in when an administrator of the group says so", async () => {
  const [ann, bob, cid, dan] = await stage.arrive("ann", "bob", "cid", "dan");
  const group = await found([ann, bob], {
    needVerification: verification.applications,
  });
  const { groupID } = group;
  await ann.call("setGroupMemberInfo", {
    groupID,
    userID: bob.userID,
    roleLevel: roles.admin,
  });
  await bob.event(
    "OnGroupMemberInfoChanged",
    ({ userID, roleLevel }) =>
      userID === bob.userID && (roleLevel as number) === roles.admin,
  );

  for (const each of [cid, dan])
    await each.call("joinGroup", {
      groupID,
      reqMsg: `it is ${each.userID}`,
      joinSource: bySearch,
    });
  for (const each of [ann, bob])
    for (const applicant of [cid, dan])
      expect(
        await each.event(
          "OnGroupApplicationAdded",
          ({ userID }) => userID === applicant.userID,
        ),
      ).toMatchObject({ groupID, reqMsg: `it is ${applicant.userID}` });
  const waiting = await bob.call("getGroupApplicationListAsRecipient");
  expect(waiting.map(({ userID }) => userID).toSorted()).toEqual(
    [cid.userID, dan.userID].toSorted(),
  );

  await bob.call("acceptGroupApplication", {
    groupID,
    fromUserID: cid.userID,
    handleMsg: "welcome",
  });
  expect(await cid.event("OnGroupApplicationAccepted")).toMatchObject({
    groupID,
    handledMsg: "welcome",
    handleUserID: bob.userID,
  });
  await cid.joined(groupID);
  await ann.event("OnGroupMemberAdded", ({ userID }) => userID === cid.userID);

  await ann.call("refuseGroupApplication", {
    groupID,
    fromUserID: dan.userID,
    handleMsg: "no",
  });
  expect(await dan.event("OnGroupApplicationRejected")).toMatchObject({
    groupID,
    handledMsg: "no",
  });
  expect(Object.keys(await membersOf(ann, group)).toSorted()).toEqual(
    [ann.userID, bob.userID, cid.userID].toSorted(),
  );
  expect(await dan.call("getJoinedGroupList")).toEqual([]);
});

test("an open group is entered at once", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const group = await found([ann], { needVerification: verification.nobody });
  await bob.call("joinGroup", {
    groupID: group.groupID,
    reqMsg: "",
    joinSource: byCode,
  });
  await bob.joined(group.groupID);
  const added = await ann.event(
    "OnGroupMemberAdded",
    ({ userID }) => userID === bob.userID,
  );
  expect(added).toMatchObject({ roleLevel: roles.member, nickname: "bob" });
});

test("where everybody is verified, whom a member invites waits for the owner", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob], {
    needVerification: verification.everybody,
  });
  const { groupID } = group;
  await bob.call("inviteUserToGroup", {
    groupID,
    reason: "a friend",
    userIDList: [cid.userID],
  });
  expect(
    await ann.event(
      "OnGroupApplicationAdded",
      ({ userID }) => userID === cid.userID,
    ),
  ).toMatchObject({ groupID, inviterUserID: bob.userID });
  expect(await membersOf(ann, group)).not.toHaveProperty(cid.userID);
  await ann.call("acceptGroupApplication", {
    groupID,
    fromUserID: cid.userID,
    handleMsg: "",
  });
  await cid.joined(groupID);
  await bob.event("OnGroupMemberAdded", ({ userID }) => userID === cid.userID);
});

test("members come and go: invited, thrown out, leaving, and each is told", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob]);
  const { groupID } = group;
  await bob.call("inviteUserToGroup", {
    groupID,
    reason: "",
    userIDList: [cid.userID],
  });
  await cid.joined(groupID);
  await ann.event("OnGroupMemberAdded", ({ userID }) => userID === cid.userID);
  await ann.sayIn(groupID, "with cid");
  await cid.hear("with cid");

  await ann.call("kickGroupMember", {
    groupID,
    reason: "enough",
    userIDList: [cid.userID],
  });
  await cid.event("OnJoinedGroupDeleted");
  await bob.event(
    "OnGroupMemberDeleted",
    ({ userID }) => userID === cid.userID,
  );
  await expect(cid.sayIn(groupID, "let me in")).rejects.toThrow();

  await bob.call("quitGroup", groupID);
  await bob.event("OnJoinedGroupDeleted");
  await ann.event(
    "OnGroupMemberDeleted",
    ({ userID }) => userID === bob.userID,
  );
  expect(await membersOf(ann, group)).toEqual({ [ann.userID]: roles.owner });
});

test("a group changes hands, and ends", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob, cid]);
  const { groupID } = group;

  await ann.call("transferGroupOwner", { groupID, newOwnerUserID: bob.userID });
  for (const each of [ann, bob, cid])
    await each.event(
      "OnGroupMemberInfoChanged",
      ({ userID, roleLevel }) =>
        userID === bob.userID && (roleLevel as number) === roles.owner,
    );
  expect(await membersOf(cid, group)).toEqual({
    [ann.userID]: roles.member,
    [bob.userID]: roles.owner,
    [cid.userID]: roles.member,
  });

  await expect(ann.call("dismissGroup", groupID)).rejects.toThrow();
  await bob.call("dismissGroup", groupID);
  for (const each of [ann, bob, cid])
    await each.event("OnGroupDismissed", (gone) => gone.groupID === groupID);
  await expect(cid.sayIn(groupID, "anybody?")).rejects.toMatchObject({
    code: errors.notInGroup,
  });
});

test("a muted member and a muted group say nothing, until they may again", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob, cid]);
  const { groupID } = group;
  const isMuted =
    (userID: string) => (member: { userID: string; muteEndTime: number }) =>
      member.userID === userID && member.muteEndTime > Date.now();

  const mute = { groupID, userID: bob.userID, mutedSeconds: 3_600 };
  await ann.call("changeGroupMemberMute", mute);
  for (const each of [ann, bob, cid])
    await each.event("OnGroupMemberInfoChanged", isMuted(bob.userID));
  await expect(bob.sayIn(groupID, "hm")).rejects.toMatchObject({
    code: errors.mutedInGroup,
  });
  await cid.sayIn(groupID, "not me");
  await ann.call("changeGroupMemberMute", { ...mute, mutedSeconds: 0 });
  await bob.event(
    "OnGroupMemberInfoChanged",
    ({ userID, muteEndTime }) =>
      userID === bob.userID && muteEndTime <= Date.now(),
  );
  await bob.sayIn(groupID, "at last");
  await ann.hear("at last");

  // The SDK's two halves do not agree on the arguments of changeGroupMute.
  await stage.admin.post(MuteGroup, { groupID });
  for (const each of [bob, cid]) {
    await each.event(
      "OnGroupInfoChanged",
      ({ status }) => (status as number) === 3,
    );
    await expect(each.sayIn(groupID, "hush")).rejects.toMatchObject({
      code: errors.mutedGroup,
    });
  }
  await ann.sayIn(groupID, "the owner may");
  await bob.hear("the owner may");
  await stage.admin.post(CancelMuteGroup, { groupID });
  await cid.event(
    "OnGroupInfoChanged",
    ({ status }) => (status as number) === 0,
  );
  await cid.sayIn(groupID, "free again");
  await ann.hear("free again");
});

test("a group's new name is not lost on a member who is amid fetching the group", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const isRenamed = Promise.withResolvers<void>();
  // Between the group, which bob has by its old name, and its members.
  const ofMembers = `**${GetIncrementalGroupMembersBatch.path}`;
  await bob.device.page.route(ofMembers, async (request) => {
    await isRenamed.promise;
    await request.continue();
  });
  const { groupID } = await ann.call("createGroup", {
    memberUserIDs: [bob.userID],
    groupInfo: { groupType: 2, groupName: "friends" },
  });
  await bob.event("OnJoinedGroupAdded");
  await ann.call("setGroupInfo", { groupID, groupName: "old friends" });
  isRenamed.resolve();
  await bob.event(
    "OnGroupInfoChanged",
    ({ groupName }) => groupName === "old friends",
  );
  await bob.device.page.unroute(ofMembers);
});

test("name, announcement and nicknames reach everybody's devices", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const bobsPhone = await stage.signIn(bob.userID, 2);
  const group = await found([ann, bob]);
  const { groupID } = group;
  await bobsPhone.joined(groupID);

  await ann.call("setGroupInfo", { groupID, groupName: "old friends" });
  for (const each of [ann, bob, bobsPhone])
    await each.event(
      "OnGroupInfoChanged",
      ({ groupName }) => groupName === "old friends",
    );
  await ann.call("setGroupInfo", { groupID, notification: "we meet at six" });
  for (const each of [bob, bobsPhone])
    await each.event(
      "OnGroupInfoChanged",
      ({ notification }) => notification === "we meet at six",
    );

  await bob.call("setGroupMemberInfo", {
    groupID,
    userID: bob.userID,
    nickname: "bobby",
  });
  for (const each of [ann, bob, bobsPhone])
    await each.event(
      "OnGroupMemberInfoChanged",
      ({ userID, nickname }) => userID === bob.userID && nickname === "bobby",
    );
  await expect(
    bob.call("setGroupInfo", { groupID, groupName: "mine" }),
  ).rejects.toMatchObject({ code: 1002 });
});

test("who is meant by @ sees it in the list of conversations, until it is read", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob, cid]);
  const { groupID } = group;
  const conversationID = conversationOf(group);
  const mention = async (text: string, ...atUserIDList: string[]) => {
    const message = await ann.call("createTextAtMessage", {
      text,
      atUserIDList,
      atUsersInfo: atUserIDList.map((atUserID) => ({
        atUserID,
        groupNickname: atUserID,
      })),
    });
    await ann.call("sendMessage", { recvID: "", groupID, message });
  };
  const isAt =
    (type: number) =>
    (rows: { conversationID: string; groupAtType: number }[]) =>
      rows.some(
        (row) =>
          row.conversationID === conversationID && row.groupAtType === type,
      );

  await mention("bob, look", bob.userID);
  await bob.event("OnConversationChanged", isAt(1));
  await cid.hear("bob, look");
  const [cidsRow] = await cid.call("getMultipleConversation", [conversationID]);
  expect(cidsRow?.groupAtType as number).toBe(0);

  await mention("all, look", everybody);
  await cid.event("OnConversationChanged", isAt(2));
  await cid.call("markConversationMessageAsRead", conversationID);
  await cid.call("resetConversationGroupAtType", conversationID);
  await cid.event("OnConversationChanged", isAt(0));
});

test("a new member reads what was said before, and counts only what came since", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob]);
  const { groupID } = group;
  await ann.sayIn(groupID, "before one", "before two");
  await bob.hear("before two");
  await ann.call("inviteUserToGroup", {
    groupID,
    reason: "",
    userIDList: [cid.userID],
  });
  await cid.joined(groupID);
  await bob.sayIn(groupID, "after");
  await cid.hear("after");
  const history = await cid.history(conversationOf(group));
  expect(history.map(textOf).filter(Boolean)).toEqual([
    "before one",
    "before two",
    "after",
  ]);
});

test("changes made while someone is signed out are there after the next sign-in", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  const group = await found([ann, bob]);
  await bob.signOut();

  await ann.call("setGroupInfo", { groupID: group.groupID, groupName: "new" });
  await ann.call("inviteUserToGroup", {
    groupID: group.groupID,
    reason: "",
    userIDList: [cid.userID],
  });
  const third = await ann.call("createGroup", {
    memberUserIDs: [bob.userID],
    groupInfo: { groupType: 2, groupName: "third" },
  });
  await ann.sayIn(third.groupID, "are you there?");
  await bob.signIn();

  const joined = await bob.call("getJoinedGroupList");
  expect(joined.map(({ groupName }) => groupName).toSorted()).toEqual([
    "new",
    "third",
  ]);
  expect(Object.keys(await membersOf(bob, group)).toSorted()).toEqual(
    [ann.userID, bob.userID, cid.userID].toSorted(),
  );
  const history = await bob.history(conversationOf(third));
  expect(history.map(textOf).filter(Boolean)).toEqual(["are you there?"]);
});
