import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { AddBlack, ImportFriend } from "@parley/protocol/methods/friends";

import type { Client } from "./client.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

test("an accepted application makes friends of both", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");

  await ann.call("addFriend", { toUserID: bob.userID, reqMsg: "it is ann" });
  const application = await bob.event("OnFriendApplicationAdded");
  expect(application).toMatchObject({
    fromUserID: ann.userID,
    fromNickname: "ann",
    toUserID: bob.userID,
    reqMsg: "it is ann",
    handleResult: 0,
  });
  const asked = await bob.call("getFriendApplicationListAsRecipient");
  expect(asked.map(({ fromUserID }) => fromUserID)).toEqual([ann.userID]);
  const asking = await ann.call("getFriendApplicationListAsApplicant");
  expect(asking.map(({ toUserID }) => toUserID)).toEqual([bob.userID]);

  const answer = { toUserID: ann.userID, handleMsg: "welcome" };
  await bob.call("acceptFriendApplication", answer);
  const accepted = await ann.event("OnFriendApplicationAccepted");
  expect(accepted).toMatchObject({
    toUserID: bob.userID,
    handleMsg: "welcome",
    handleResult: 1,
  });
  expect(await ann.event("OnFriendAdded")).toMatchObject({
    userID: bob.userID,
    nickname: "bob",
  });
  expect(await bob.event("OnFriendAdded")).toMatchObject({
    userID: ann.userID,
    nickname: "ann",
  });
  expect(await friendsOf(ann)).toEqual([bob.userID]);
  expect(await friendsOf(bob)).toEqual([ann.userID]);
});

test("a refused application makes nobody a friend", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  await ann.call("addFriend", { toUserID: bob.userID, reqMsg: "please" });
  await bob.event("OnFriendApplicationAdded");

  const answer = { toUserID: ann.userID, handleMsg: "who are you?" };
  await bob.call("refuseFriendApplication", answer);

  expect(await ann.event("OnFriendApplicationRejected")).toMatchObject({
    toUserID: bob.userID,
    handleMsg: "who are you?",
    handleResult: -1,
  });
  expect(await friendsOf(ann)).toEqual([]);
  expect(await friendsOf(bob)).toEqual([]);
});

test("remarks, profiles and the end of a friendship reach the friend list", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  await befriend(ann, bob);

  const friendUserIDs = [bob.userID];
  await ann.call("updateFriends", { friendUserIDs, remark: "my bob" });
  await ann.event("OnFriendInfoChanged", ({ remark }) => remark === "my bob");

  await bob.call("setSelfInfo", { nickname: "robert" });
  await bob.event("OnSelfInfoUpdated", (self) => self.nickname === "robert");
  await ann.event(
    "OnFriendInfoChanged",
    ({ nickname, remark }) => nickname === "robert" && remark === "my bob",
  );

  await ann.call("deleteFriend", bob.userID);
  const deleted = await ann.event("OnFriendDeleted");
  expect(deleted.userID).toBe(bob.userID);
  expect(await friendsOf(ann)).toEqual([]);
  expect(await friendsOf(bob)).toEqual([ann.userID]);
});

test("a blacklisted user cannot write until the black list lets it", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");

  // Another device blocks. The SDK that calls addBlack reads the list for the
  // answer and for the notice at once, and sometimes fails on the second.
  await stage.admin.post(AddBlack, {
    ownerUserID: bob.userID,
    blackUserID: ann.userID,
  });
  expect((await bob.event("OnBlackAdded")).userID).toBe(ann.userID);
  const black = await bob.call("getBlackList");
  expect(black.map(({ userID }) => userID)).toEqual([ann.userID]);
  await expect(ann.say(bob.userID, "blocked")).rejects.toMatchObject({
    code: 1302,
  });

  await bob.call("removeBlack", ann.userID);
  expect((await bob.event("OnBlackDeleted")).userID).toBe(ann.userID);
  await ann.say(bob.userID, "let in");
  await bob.until("a text", () => bob.received().length === 1);
  expect(bob.received()[0]?.textElem?.content).toBe("let in");
});

test("friends made while signed out are there after the next sign-in", async () => {
  const [ann, bob, cid] = await stage.arrive("ann", "bob", "cid");
  await befriend(ann, bob);
  await ann.signOut();
  await cid.call("addFriend", { toUserID: ann.userID, reqMsg: "hi" });
  await stage.admin.post(ImportFriend, {
    ownerUserID: ann.userID,
    friendUserIDs: [cid.userID],
  });

  await ann.signIn();

  expect((await friendsOf(ann)).toSorted()).toEqual([bob.userID, cid.userID]);
});

async function befriend(one: Client, other: Client): Promise<void> {
  await one.call("addFriend", { toUserID: other.userID, reqMsg: "" });
  await other.event("OnFriendApplicationAdded");
  const answer = { toUserID: one.userID, handleMsg: "" };
  await other.call("acceptFriendApplication", answer);
  for (const each of [one, other]) await each.event("OnFriendAdded");
}

async function friendsOf(client: Client): Promise<string[]> {
  const page = { offset: 0, count: 100 };
  const friends = await client.call("getFriendListPage", page);
  return friends.map(({ userID }) => userID);
}
