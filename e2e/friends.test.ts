import { afterAll, beforeAll, expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  RemoveBlack,
} from "@parley/protocol/methods/friends";
import { AddNotificationAccount } from "@parley/protocol/methods/users";
import { BatchSendMsg, SendMsg } from "@parley/protocol/methods/messages";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

let server: RunningServer;
let strict: RunningServer;
let admin: Admin;

beforeAll(async () => {
  [server, strict] = await Promise.all([
    startServer(),
    startServer({ environment: { PARLEY_FRIEND_VERIFY: "true" } }),
  ]);
  admin = await Admin.signIn(server.api);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
});

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

test("who is blocked is refused until the block is lifted, whatever was asked before", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const token = await admin.tokenOf(bob);
  await using client = await Client.connect(
    server.ws,
    ann,
    await admin.tokenOf(ann),
  );
  const block = (route: Called) =>
    post(server.api, route, { ownerUserID: bob, blackUserID: ann }, token);
  const say = () => codeOf(client.say(bob, "hello"));

  expect(await say()).toBe(0);
  for (let i = 0; i < 3; i++) {
    await block(AddBlack);
    expect(await say()).toBe(1302);
    await block(RemoveBlack);
    expect(await say()).toBe(0);
  }
});

// Deviation: OpenIM lets them pass.
test("a notification account that the receiver blocked gets 1302, an administrator passes", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const { userID: news } = await admin.post<{ userID: string }>(
    AddNotificationAccount,
    { nickName: "News", appMangerLevel: 3 },
  );
  for (const blackUserID of [news, "imAdmin"])
    await admin.post(AddBlack, { ownerUserID: ann, blackUserID });
  const message = (sendID: string) => ({
    sendID,
    content: { notificationName: "n", text: "t", notificationType: 1 },
    contentType: 1400,
    sessionType: 4,
  });

  const sent = (sendID: string, recvID: string) =>
    codeOf(admin.post(SendMsg, { ...message(sendID), recvID }));
  expect(await sent(news, ann)).toBe(1302);
  expect(await sent(news, bob)).toBe(0);
  expect(await sent("imAdmin", ann)).toBe(0);
  const batch = await admin.post<{
    results: { recvID: string }[];
    failedUserIDs: string[];
  }>(BatchSendMsg, { ...message(news), recvIDs: [bob, ann] });
  expect(batch.results.map(({ recvID }) => recvID)).toEqual([bob]);
  expect(batch.failedUserIDs).toEqual([ann]);
});

test("with friendVerify, strangers may apply, friends may write, and everybody to oneself", async () => {
  const root = await Admin.signIn(strict.api);
  const [ann = "", bob = ""] = await root.users("ann", "bob");
  const tokens = new Map<string, string>();
  for (const userID of [ann, bob])
    tokens.set(userID, await root.tokenOf(userID));
  const as = (userID: string, route: Called, body: object) =>
    post(strict.api, route, body, tokens.get(userID));
  await using client = await Client.connect(
    strict.ws,
    ann,
    tokens.get(ann) ?? "",
  );
  expect(await codeOf(client.say(bob, "hello?"))).toBe(1303);
  expect(await codeOf(client.say(ann, "a note"))).toBe(0);

  const both = { fromUserID: ann, toUserID: bob };
  await as(ann, AddFriend, { ...both, reqMsg: "it is me" });
  expect(await codeOf(client.say(bob, "now?"))).toBe(1303);
  await as(bob, AddFriendResponse, { ...both, handleResult: 1 });
  expect(await codeOf(client.say(bob, "hello"))).toBe(0);

  await as(bob, DeleteFriend, {
    ownerUserID: bob,
    friendUserID: ann,
  });
  expect(await codeOf(client.say(bob, "what?"))).toBe(1303);
  // The notice of friendship is the first message of the chat.
  expect(await client.newestSeqs()).toMatchObject({
    [singleChatID(ann, bob)]: 2,
  });
});
