import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import type { MessageItem } from "@openim/wasm-client-sdk";
import { ForceLogout } from "@parley/protocol/methods/auth";
import { SendMsg } from "@parley/protocol/methods/messages";

import type { Client } from "./client.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const android = 2;
const web = 5;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

test("a second sign-in on the same platform takes the place of the first", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");

  const annAgain = await stage.signIn(ann.userID);

  await ann.event("OnKickedOffline");
  await bob.say(ann.userID, "which one are you?");
  await hearsText(annAgain, "which one are you?");
  expect(ann.received()).toEqual([]);
  await annAgain.say(bob.userID, "the second");
  await hearsText(bob, "the second");
});

test("who is forced out on one platform is told there, and goes on at the other", async () => {
  const [onWeb, bob] = await stage.arrive("ann", "bob");
  const onAndroid = await stage.signIn(onWeb.userID, android);

  await stage.admin.post(ForceLogout, {
    userID: onWeb.userID,
    platformID: web,
  });

  await onWeb.event("OnKickedOffline");
  await bob.say(onWeb.userID, "still there?");
  await hearsText(onAndroid, "still there?");
  expect(onAndroid.heard("OnKickedOffline")).toEqual([]);
  expect(onWeb.received()).toEqual([]);
});

test("both devices of a user have what it says, hears and reads", async () => {
  const [onWeb, bob] = await stage.arrive("ann", "bob");
  const onAndroid = await stage.signIn(onWeb.userID, android);
  const conversationID = onWeb.with(bob.userID);

  await onWeb.say(bob.userID, "from the web");
  const own = await hearsText(onAndroid, "from the web");
  expect(own).toMatchObject({ sendID: onWeb.userID, senderPlatformID: web });
  await onAndroid.say(bob.userID, "from the phone");
  await hearsText(onWeb, "from the phone");
  expect(await onWeb.call("getTotalUnreadMsgCount")).toBe(0);
  expect(await onAndroid.call("getTotalUnreadMsgCount")).toBe(0);

  await bob.until("both texts", () => bob.received().length === 2);
  await bob.say(onWeb.userID, "to both");
  for (const device of [onWeb, onAndroid]) {
    await hearsText(device, "to both");
    await device.event("OnTotalUnreadMessageCountChanged", (n) => n === 1);
  }
  await onAndroid.call("markConversationMessageAsRead", conversationID);
  for (const device of [onWeb, onAndroid])
    await device.event("OnTotalUnreadMessageCountChanged", (n) => n === 0);

  const texts = ["from the web", "from the phone", "to both"];
  for (const device of [onWeb, onAndroid, bob]) {
    const history = await device.history(conversationID);
    expect(history.map(textOf)).toEqual(texts);
  }
});

test("a watcher is told when a user comes to and leaves each device", async () => {
  const [annID] = await stage.register("ann");
  const [bob] = await stage.arrive("bob");

  const [before] = await bob.call("subscribeUsersStatus", [annID!]);
  expect(before).toMatchObject({ userID: annID, status: 0 });

  const onWeb = await stage.signIn(annID!);
  await told(bob, [web]);
  const onAndroid = await stage.signIn(annID!, android);
  await told(bob, [android, web]);
  await onWeb.signOut();
  await told(bob, [android]);
  await onAndroid.signOut();
  const last = await told(bob, []);
  expect(last).toMatchObject({ userID: annID, status: 0 });

  await bob.call("unsubscribeUsersStatus", [annID!]);
  expect(await bob.call("getSubscribeUsersStatus")).toEqual([]);
});

test("a user sees the other one typing, and stopping", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  // The SDK types only into conversations it has.
  await ann.say(bob.userID, "hello");
  await hearsText(bob, "hello");
  const conversationID = ann.with(bob.userID);
  const ofAnn = { conversationID, userID: ann.userID };

  await ann.call("changeInputStates", { conversationID, focus: true });
  const typing = await bob.event("OnConversationUserInputStatusChanged");
  expect(typing).toEqual({ ...ofAnn, platformIDs: [web] });
  await ann.call("changeInputStates", { conversationID, focus: false });
  const stopped = await bob.event("OnConversationUserInputStatusChanged");
  expect(stopped).toMatchObject(ofAnn);
  expect(stopped.platformIDs ?? []).toEqual([]);

  const history = await bob.history(conversationID);
  expect(history.map(textOf)).toEqual(["hello"]);
});

test("the SDK comes back by itself after the server restarts, and nothing is lost", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  await ann.say(bob.userID, "before");
  await hearsText(bob, "before");

  expect(await stage.server.stop()).toBe(0);
  // The SDK holds on to what is said while there is no server.
  const held = ann.say(bob.userID, "into the dark");
  await stage.server.start();
  for (const text of ["by REST 1", "by REST 2"])
    await stage.admin.post(SendMsg, {
      sendID: ann.userID,
      recvID: bob.userID,
      senderPlatformID: web,
      content: { content: text },
      contentType: 101,
      sessionType: 1,
    });

  for (const each of [ann, bob]) await each.event("OnConnectSuccess");
  await held;
  await ann.say(bob.userID, "after");
  await hearsText(bob, "after");
  await bob.say(ann.userID, "heard all");
  await hearsText(ann, "heard all");
  const histories = await Promise.all([
    ann.history(conversationID),
    bob.history(conversationID),
  ]);
  for (const history of histories) {
    expect(history.map(textOf).toSorted()).toEqual([
      "after",
      "before",
      "by REST 1",
      "by REST 2",
      "heard all",
      "into the dark",
    ]);
    expect(history.map(({ seq }) => seq).slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
  }
});

/** Waits until a text arrives, in whatever order with others. */
async function hearsText(client: Client, text: string): Promise<MessageItem> {
  return client.until(`the text "${text}"`, () =>
    client.received().find((message) => textOf(message) === text),
  );
}

/** Waits until a watched user is told to be on just these platforms. */
async function told(client: Client, platformIDs: number[]) {
  return client.event(
    "OnUserStatusChanged",
    (state) =>
      JSON.stringify((state.platformIDs ?? []).toSorted()) ===
      JSON.stringify(platformIDs),
  );
}

function textOf({ textElem }: MessageItem): string | undefined {
  return textElem?.content;
}
