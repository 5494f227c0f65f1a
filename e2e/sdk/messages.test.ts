import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import type { MessageItem } from "@openim/wasm-client-sdk";

import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

test("two users hear each other live and see it in their conversation lists", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);

  await ann.say(bob.userID, "hello bob");
  const [hello] = await bob.event("OnRecvNewMessages");
  expect(hello).toMatchObject({
    sendID: ann.userID,
    recvID: bob.userID,
    senderNickname: "ann",
    contentType: 101,
    textElem: { content: "hello bob" },
    seq: 1,
  });
  const [row] = await bob.event("OnNewConversation");
  expect(row).toMatchObject({ conversationID, showName: "ann" });
  await bob.event("OnTotalUnreadMessageCountChanged", (count) => count === 1);
  expect(await bob.call("getTotalUnreadMsgCount")).toBe(1);

  await bob.say(ann.userID, "hello ann", "how are you?");
  await ann.until("two texts", () => ann.received().length === 2);
  expect(ann.received().map(textOf)).toEqual(["hello ann", "how are you?"]);
  await ann.event("OnTotalUnreadMessageCountChanged", (count) => count === 2);
  const list = await ann.call("getAllConversationList");
  expect(list).toHaveLength(1);
  expect(list[0]).toMatchObject({
    conversationID,
    userID: bob.userID,
    showName: "bob",
    unreadCount: 2,
  });
  expect(textOf(JSON.parse(list[0]!.latestMsg) as MessageItem)).toBe(
    "how are you?",
  );
});

test("200 messages each way at once arrive in order and exactly once", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);

  const [byAnn, byBob] = await Promise.all([
    ann.say(bob.userID, ...texts),
    bob.say(ann.userID, ...texts),
  ]);
  await Promise.all([
    bob.until("200 texts", () => bob.received().length >= 200),
    ann.until("200 texts", () => ann.received().length >= 200),
  ]);
  expect(bob.received().map(textOf)).toEqual(texts);
  expect(ann.received().map(textOf)).toEqual(texts);
  expect(bob.received().map(idOf)).toEqual(byAnn.map(idOf));
  expect(ann.received().map(idOf)).toEqual(byBob.map(idOf));
  expect(await bob.call("getTotalUnreadMsgCount")).toBe(200);
  expect(await ann.call("getTotalUnreadMsgCount")).toBe(200);

  // Later pushes arrive after the copies of one's own messages.
  await ann.say(bob.userID, "over");
  await bob.until("over", () => bob.received().length === 201);
  await bob.say(ann.userID, "and out");
  await ann.until("and out", () => ann.received().length === 201);

  const [annSees, bobSees] = await Promise.all([
    ann.history(conversationID),
    bob.history(conversationID),
  ]);
  const seqs = Array.from({ length: 402 }, (_, index) => index + 1);
  expect(annSees.map(({ seq }) => seq)).toEqual(seqs);
  expect(bobSees.slice(0, -1).map(({ seq }) => seq)).toEqual(seqs.slice(0, -1));
  expect(annSees.map(idOf)).toEqual(bobSees.map(idOf));
  const saidBy = (userID: string) =>
    annSees.filter(({ sendID }) => sendID === userID).map(textOf);
  expect(saidBy(ann.userID)).toEqual([...texts, "over"]);
  expect(saidBy(bob.userID)).toEqual([...texts, "and out"]);
  for (const message of bob.received())
    expect(annSees[message.seq - 1]?.clientMsgID).toBe(message.clientMsgID);
  for (const message of ann.received())
    expect(bobSees[message.seq - 1]?.clientMsgID).toBe(message.clientMsgID);
});

test("texts sent without waiting for one another all arrive, in one order for both", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const texts = numbered("at once", 50);

  const [byAnn, byBob] = await Promise.all([
    Promise.all(texts.map((text) => ann.say(bob.userID, text))),
    Promise.all(texts.map((text) => bob.say(ann.userID, text))),
  ]);
  await bob.until("50 texts", () => bob.received().length >= 50);
  await ann.until("50 texts", () => ann.received().length >= 50);
  const sorted = (messages: MessageItem[]) => messages.map(idOf).toSorted();
  expect(sorted(bob.received())).toEqual(sorted(byAnn.flat()));
  expect(sorted(ann.received())).toEqual(sorted(byBob.flat()));

  // Later pushes arrive after the copies of one's own messages.
  await ann.say(bob.userID, "over");
  await bob.until("over", () => bob.received().length === 51);
  await bob.say(ann.userID, "and out");
  await ann.until("and out", () => ann.received().length === 51);
  const annSees = await ann.history(conversationID);
  const bobSees = await bob.history(conversationID);
  expect(annSees.map(idOf)).toEqual(bobSees.map(idOf));
  expect(annSees.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 102 }, (_, index) => index + 1),
  );
});

test("whoever was signed out finds what was said meanwhile, back to the first message", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const before = numbered("before", 5);
  const meanwhile = numbered("meanwhile", 60);
  await ann.say(bob.userID, ...before);
  await bob.until("5 texts", () => bob.received().length === 5);
  await bob.call("markConversationMessageAsRead", conversationID);

  await bob.signOut();
  const sent = await ann.say(bob.userID, ...meanwhile);
  expect(bob.received()).toHaveLength(5);
  await bob.signIn();

  expect(await bob.call("getTotalUnreadMsgCount")).toBe(60);
  const [row] = await bob.call("getAllConversationList");
  expect(row).toMatchObject({ conversationID, unreadCount: 60 });
  expect(idOf(JSON.parse(row!.latestMsg) as MessageItem)).toBe(
    idOf(sent.at(-1)!),
  );
  const history = await bob.history(conversationID, 20);
  expect(history.map(textOf)).toEqual([...before, ...meanwhile]);

  await ann.say(bob.userID, "welcome back");
  await bob.event("OnRecvNewMessages", (messages) =>
    messages.some((message) => textOf(message) === "welcome back"),
  );
});

test("a user who signs in for the first time finds what was said before", async () => {
  const [bobID] = await stage.register("bob");
  const [ann] = await stage.arrive("ann");
  const texts = numbered("early", 45);
  await ann.say(bobID!, ...texts);

  const bob = await stage.signIn(bobID!);

  expect(await bob.call("getTotalUnreadMsgCount")).toBe(45);
  const history = await bob.history(bob.with(ann.userID), 20);
  expect(history.map(textOf)).toEqual(texts);
  expect(history.map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
});

test("a sender is told that its messages were read", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const sent = await ann.say(bob.userID, "one", "two");
  await bob.until("both texts", () => bob.received().length === 2);
  const unread = await ann.history(conversationID);
  expect(unread.map(({ isRead }) => isRead)).toEqual([false, false]);

  await bob.call("markConversationMessageAsRead", conversationID);

  const [receipt] = await ann.event("OnRecvC2CReadReceipt");
  expect(receipt).toMatchObject({ userID: bob.userID, sessionType: 1 });
  expect(receipt!.msgIDList.toSorted()).toEqual(sent.map(idOf).toSorted());
  const read = await ann.history(conversationID);
  expect(read.map(({ isRead }) => isRead)).toEqual([true, true]);
  await bob.event("OnTotalUnreadMessageCountChanged", (count) => count === 0);
  expect(await bob.call("getTotalUnreadMsgCount")).toBe(0);
});

test("a revoked message is taken back on both sides", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const [, regretted] = await ann.say(bob.userID, "good", "regretted");
  await bob.until("both texts", () => bob.received().length === 2);

  const { clientMsgID } = regretted!;
  await ann.call("revokeMessage", { conversationID, clientMsgID });

  for (const each of [bob, ann]) {
    const revoked = await each.event("OnNewRecvMessageRevoked");
    expect(revoked).toMatchObject({
      clientMsgID,
      revokerID: ann.userID,
      revokerNickname: "ann",
      sourceMessageSendID: ann.userID,
      sessionType: 1,
      seq: 2,
    });
    const history = await each.history(conversationID);
    expect(history.map(({ contentType }) => Number(contentType))).toEqual([
      101, 2101,
    ]);
  }
});

test("a reloaded page keeps its history and fetches what it missed", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const conversationID = ann.with(bob.userID);
  const before = numbered("before", 10);
  const meanwhile = numbered("meanwhile", 30);
  await ann.say(bob.userID, ...before);
  await bob.until("10 texts", () => bob.received().length === 10);

  // Nobody listens in a page that is elsewhere.
  await bob.leavePage();
  await ann.say(bob.userID, ...meanwhile);
  await bob.returnToPage();

  expect(await bob.call("getTotalUnreadMsgCount")).toBe(40);
  const history = await bob.history(conversationID, 20);
  expect(history.map(textOf)).toEqual([...before, ...meanwhile]);
  await ann.say(bob.userID, "after");
  await bob.event("OnRecvNewMessages", (messages) =>
    messages.some((message) => textOf(message) === "after"),
  );
  await bob.say(ann.userID, "heard you");
  await ann.event("OnRecvNewMessages");
});

function textOf({ textElem }: MessageItem): string | undefined {
  return textElem?.content;
}

function idOf({ clientMsgID }: MessageItem): string {
  return clientMsgID;
}

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}
