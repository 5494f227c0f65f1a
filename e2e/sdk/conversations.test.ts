import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import type { MessageItem } from "@openim/wasm-client-sdk";

import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const android = 2;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

test("settings of a conversation reach the user's other device", async () => {
  const [onWeb, bob] = await stage.arrive("ann", "bob");
  const onAndroid = await stage.signIn(onWeb.userID, android);
  const conversationID = onWeb.with(bob.userID);
  await bob.say(onWeb.userID, "hello");
  for (const device of [onWeb, onAndroid])
    await device.event("OnNewConversation");

  const settings = { isPinned: true, recvMsgOpt: 2, ex: "green" };
  await onWeb.call("setConversation", { conversationID, ...settings });

  for (const device of [onWeb, onAndroid])
    await device.event("OnConversationChanged", ([row]) =>
      Object.entries(settings).every(
        ([key, value]) => row![key as keyof typeof settings] === value,
      ),
    );
  const [row] = await onAndroid.call("getAllConversationList");
  expect(row).toMatchObject({ conversationID, ...settings });
});

test("a message deleted for oneself is gone from one's new devices too, and from nobody else's", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const sent = await bob.say(ann.userID, "one", "deleted", "three");
  await ann.until("all texts", () => ann.received().length === 3);

  const { clientMsgID } = sent[1]!;
  await ann.call("deleteMessage", { conversationID, clientMsgID });
  const deleted = await ann.event("OnMsgDeleted");
  expect(deleted.clientMsgID).toBe(clientMsgID);

  // The SDK asks for no word to devices that are there; a new one fetches.
  const onAndroid = await stage.signIn(ann.userID, android);
  for (const device of [ann, onAndroid]) {
    const history = await device.history(conversationID);
    expect(history.map(textOf)).toEqual(["one", "three"]);
  }
  const bobs = await bob.history(conversationID);
  expect(bobs.map(textOf)).toEqual(["one", "deleted", "three"]);
});

test("a hidden conversation leaves the list, and comes back with the next message", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  await bob.say(ann.userID, "before");
  await ann.event("OnNewConversation");

  await ann.call("hideConversation", conversationID);
  expect(await ann.call("getAllConversationList")).toEqual([]);

  await bob.say(ann.userID, "again");
  await ann.until("the second text", () => ann.received().length === 2);
  await ann.event("OnNewConversation", (rows) =>
    rows.some((row) => row.conversationID === conversationID),
  );
  const [row] = await ann.call("getAllConversationList");
  expect(row).toMatchObject({ conversationID });
  const history = await ann.history(conversationID);
  expect(history.map(textOf)).toEqual(["before", "again"]);
});

test("a cleared conversation begins anew for its user alone", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  await ann.say(bob.userID, "one", "two");
  await bob.until("both texts", () => bob.received().length === 2);

  await bob.call("clearConversationAndDeleteAllMsg", conversationID);
  expect(await bob.history(conversationID)).toEqual([]);
  await ann.say(bob.userID, "three");
  await bob.until("the third", () => bob.received().length === 3);

  expect((await bob.history(conversationID)).map(textOf)).toEqual(["three"]);
  const anns = await ann.history(conversationID);
  expect(anns.map(textOf)).toEqual(["one", "two", "three"]);
  await bob.signOut();
  await bob.signIn();
  expect((await bob.history(conversationID)).map(textOf)).toEqual(["three"]);
});

test("a chat that one side makes private is private for both, on all devices", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const bobsPhone = await stage.signIn(bob.userID, android);
  const conversationID = ann.with(bob.userID);
  await ann.say(bob.userID, "psst");
  for (const device of [ann, bob, bobsPhone])
    await device.event("OnNewConversation");

  await ann.call("setConversation", { conversationID, isPrivateChat: true });
  for (const device of [ann, bob, bobsPhone])
    await device.event("OnConversationChanged", (rows) =>
      rows.some((row) => row.isPrivateChat),
    );
  await bob.call("setConversation", { conversationID, burnDuration: 30 });
  await bobsPhone.event("OnConversationChanged", (rows) =>
    rows.some((row) => row.burnDuration === 30),
  );
});

test("what is read at one device is read at the other", async () => {
  const [onWeb, bob] = await stage.arrive("ann", "bob");
  const onAndroid = await stage.signIn(onWeb.userID, android);
  const conversationID = onWeb.with(bob.userID);
  await bob.say(onWeb.userID, "one", "two");
  for (const device of [onWeb, onAndroid])
    await device.event(
      "OnTotalUnreadMessageCountChanged",
      (count) => count === 2,
    );

  await onAndroid.call("markConversationMessageAsRead", conversationID);
  for (const device of [onWeb, onAndroid])
    await device.event(
      "OnTotalUnreadMessageCountChanged",
      (count) => count === 0,
    );
  expect(await onWeb.call("getTotalUnreadMsgCount")).toBe(0);
});

test("who wants no messages of a conversation gets none, and its partner is told", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  await ann.say(bob.userID, "hello");
  await bob.event("OnNewConversation");
  await bob.call("setConversation", { conversationID, recvMsgOpt: 1 });
  await bob.event("OnConversationChanged", (rows) =>
    rows.some(({ recvMsgOpt }) => (recvMsgOpt as number) === 1),
  );
  await expect(ann.say(bob.userID, "anybody?")).rejects.toMatchObject({
    code: 1001,
  });
  await bob.call("setConversation", { conversationID, recvMsgOpt: 0 });
  await ann.say(bob.userID, "there you are");
  await bob.hear("there you are");
});

function textOf({ textElem }: MessageItem): string | undefined {
  return textElem?.content;
}
