import { describe, expect, test } from "bun:test";

import { newMember } from "./groups.ts";
import {
  renderApplicationHandled,
  renderGroupCreated,
  renderMemberInfoSet,
  renderMembersKicked,
  withCopy,
} from "./notifications.ts";
import { newGroup } from "../../testing/groups/groups.ts";

const member = (userID: string, roleLevel = 20) =>
  newMember("g", userID, {
    roleLevel,
    joinTime: 1,
    joinSource: 2,
    operatorUserID: "ann",
    inviterUserID: "ann",
  });
const [ann, bob, cyd] = [member("ann", 100), member("bob", 60), member("cyd")];
const changed = {
  group: newGroup("g"),
  opUser: ann,
  version: { versionID: "v", version: 7 },
};
const detailOf = ({ detail }: { detail: string }) => JSON.parse(detail);

test("a notice goes to the group, in the name of who acted, with the version", () => {
  const notice = renderMembersKicked(changed, [cyd]);
  expect(notice).toMatchObject({
    contentType: 1508,
    sendID: "ann",
    groupID: "g",
  });
  expect(detailOf(notice)).toMatchObject({
    group: { groupID: "g" },
    opUser: { userID: "ann", roleLevel: 100 },
    kickedUserList: [{ userID: "cyd" }],
    operationTime: 0,
    groupMemberVersion: 7,
    groupMemberVersionID: "v",
  });
});

describe("1501 lists the members up to who acts", () => {
  const listed = (opUser: typeof ann) =>
    detailOf(
      renderGroupCreated({ ...changed, opUser }, [ann, bob, cyd], ann),
    ).memberList.map(({ userID }: { userID: string }) => userID);
  test.each([
    ["the owner", ann, ["ann"]],
    ["an admin of it", bob, ["ann", "bob"]],
    ["an administrator outside", member("root"), ["ann", "bob", "cyd"]],
  ])("%s", (_title, opUser, userIDs) => {
    expect(listed(opUser)).toEqual(userIDs);
  });
});

describe("what a member's change sends", () => {
  test.each([
    ["a name", { isNamed: true, roleLevel: undefined }, [1516], 0],
    ["made admin", { isNamed: false, roleLevel: 60 }, [1517], 7],
    ["made ordinary", { isNamed: false, roleLevel: 20 }, [1518], 7],
    ["both", { isNamed: true, roleLevel: 60 }, [1516, 1517], 7],
  ])("%s", (_title, what, types, sortVersion) => {
    const notices = renderMemberInfoSet(changed, bob, what);
    expect(notices.map(({ contentType }) => contentType)).toEqual(types);
    for (const notice of notices)
      expect(detailOf(notice).groupSortVersion).toBe(sortVersion);
  });
});

test("who applied and who decides read another role in 1505", () => {
  const request = {
    userInfo: { userID: "dan", nickname: "", faceURL: "", ex: "" },
    groupInfo: null,
    handleResult: 1,
    reqMsg: "",
    handleMsg: "welcome",
    reqTime: 1,
    handleUserID: "ann",
    handleTime: 2,
    ex: "",
    joinSource: 3,
    inviterUserID: "",
  };
  const receiverAs = (recvID: string) =>
    detailOf(
      renderApplicationHandled(
        recvID,
        ann,
        { group: newGroup("g"), request, uuid: "u" },
        true,
      ),
    ).receiverAs;
  expect([receiverAs("dan"), receiverAs("ann")]).toEqual([0, 1]);
});

test("a request may say whether there is a visible copy, or leave it open", () => {
  const notice = renderMembersKicked(changed, [cyd]);
  expect(withCopy(notice, null).isSendMsg).toBeUndefined();
  expect(withCopy(notice, false).isSendMsg).toBe(false);
  expect(withCopy(notice, true).isSendMsg).toBe(true);
});
