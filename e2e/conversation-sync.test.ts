import { afterAll, beforeAll, expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import {
  DeleteConversations,
  GetAllConversations,
  GetIncrementalConversations,
  SetConversations,
  UpdateConversationsByUser,
} from "@parley/protocol/methods/conversations";
import { ClearConversationMsg } from "@parley/protocol/methods/messages";

import { follow } from "@parley/server/testing/storage/sync-agrees.ts";
import type { SyncAnswer } from "@parley/server/testing/storage/sync-agrees.ts";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

interface Conversation {
  conversationID: string;
  isPinned: boolean;
}

let server: RunningServer;
let admin: Admin;

beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

const followConversations = (userID: string, token: string) =>
  follow({
    idOf: ({ conversationID }: Conversation) => conversationID,
    isUnordered: true,
    incremental: (known) =>
      post<SyncAnswer<Conversation>>(
        server.api,
        GetIncrementalConversations,
        { userID, ...known },
        token,
      ),
    async list() {
      const { conversations } = await post<{
        conversations: Conversation[] | null;
      }>(server.api, GetAllConversations, { ownerUserID: userID }, token);
      return conversations ?? [];
    },
  });

test("after every operation a client that followed the versions equals one that fetched afresh", async () => {
  const [ann, bob, cat] = (await admin.users("ann", "bob", "cat")) as [
    string,
    string,
    string,
  ];
  const tokens = new Map<string, string>();
  for (const userID of [ann, bob, cat])
    tokens.set(userID, await admin.tokenOf(userID));
  const tokenOf = (userID: string) => tokens.get(userID) ?? "";
  await using annOnline = await Client.connect(server.ws, ann, tokenOf(ann));
  await using bobOnline = await Client.connect(server.ws, bob, tokenOf(bob));
  const id = singleChatID(ann, bob);
  const set = (userID: string, peer: string, change: object) =>
    post(
      server.api,
      SetConversations,
      {
        userIDs: [userID],
        conversation: {
          conversationID: singleChatID(userID, peer),
          conversationType: 1,
          userID: peer,
          ...change,
        },
      },
      tokenOf(userID),
    );
  const drop = (ownerUserID: string, conversationID: string) =>
    post(
      server.api,
      DeleteConversations,
      { ownerUserID, conversationIDs: [conversationID] },
      tokenOf(ownerUserID),
    );
  const operations: [string, () => Promise<unknown>][] = [
    ["a first message", () => annOnline.say(bob, "hello")],
    ["a later message", () => bobOnline.say(ann, "hello")],
    ["a pin", () => set(ann, bob, { isPinned: true })],
    ["the same pin again", () => set(ann, bob, { isPinned: true })],
    ["options", () => set(bob, ann, { recvMsgOpt: 2, ex: "e" })],
    ["private chat, for both", () => set(ann, bob, { isPrivateChat: true })],
    ["a conversation without a message", () => set(ann, cat, { ex: "x" })],
    ["deleting", () => drop(ann, id)],
    ["deleting again", () => drop(ann, id)],
    ["the message after that", () => bobOnline.say(ann, "still there?")],
    [
      "deleting and setting anew",
      async () => {
        await drop(ann, id);
        await set(ann, bob, { isPinned: true });
      },
    ],
    [
      "clearing",
      () =>
        post(
          server.api,
          ClearConversationMsg,
          { userID: ann, conversationIDs: [id] },
          tokenOf(ann),
        ),
    ],
    [
      "another's ex",
      () =>
        post(
          server.api,
          UpdateConversationsByUser,
          { userID: bob, ex: "of bob" },
          tokenOf(bob),
        ),
    ],
    ["nothing", () => Promise.resolve()],
  ];
  const followers = await Promise.all(
    [ann, bob, cat].map((userID) =>
      followConversations(userID, tokenOf(userID)),
    ),
  );
  for (const follower of followers) await follower.agrees();
  for (const [name, operate] of operations) {
    await operate();
    for (const follower of followers)
      await follower.agrees().catch((error: unknown) => {
        throw new Error(`after ${name}`, { cause: error });
      });
  }
  // The first sync fetches everything; no other had to.
  expect(followers.map(({ fullSyncs }) => fullSyncs)).toEqual([1, 1, 1]);
});

test("a client too far behind, or from another server, fetches everything", async () => {
  const [ann = ""] = await admin.users("ann");
  const token = await admin.tokenOf(ann);
  const follower = await followConversations(ann, token);
  await follower.agrees();
  for (let i = 0; i < 201; i++)
    await post(
      server.api,
      SetConversations,
      {
        userIDs: [ann],
        conversation: {
          conversationID: singleChatID(ann, `peer${i}`),
          conversationType: 1,
          userID: `peer${i}`,
          ex: "x",
        },
      },
      token,
    );
  await follower.agrees();
  expect(follower.fullSyncs).toBe(2);
});
