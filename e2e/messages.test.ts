import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import { MarkAsReadTips } from "@parley/protocol/generated/sdkws";
import {
  BatchSendMsg,
  ClearConversationMsg,
  DeleteMsgPhsicalBySeq,
  DeleteMsgs,
  GetNewestSeq,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  RevokeMsg,
  SendMsg,
} from "@parley/protocol/methods/messages";
import { AccountCheck, UpdateUserInfoEx } from "@parley/protocol/methods/users";

import { Admin, Client, post, textOf } from "./client.ts";
import type { Pushed, RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// Message routes beyond the recordings: with many messages, and at the bounds
// of a reader.

let server: RunningServer;
let admin: Admin;

beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

const text = {
  senderPlatformID: 5,
  contentType: 101,
  content: { content: "hello" },
  sessionType: 1,
};

interface Batch {
  results: { recvID: string; clientMsgID: string }[] | null;
  failedUserIDs: string[] | null;
}

const sendToMany = (sendID: string, recvIDs: readonly string[]) =>
  admin.post<Batch>(BatchSendMsg, { ...text, sendID, recvIDs });

async function codeOf(route: Called, body: object): Promise<number> {
  return admin.post(route, body).then(
    () => 0,
    (error: RequestError) => error.code,
  );
}

function tipsOf(pushed: Pushed | undefined): MarkAsReadTips {
  const content = new TextDecoder().decode(pushed?.message.content);
  const { detail } = JSON.parse(content) as { detail: string };
  return MarkAsReadTips.fromJSON(detail);
}

describe("one message to many", () => {
  test("answers in the order asked, with whom it could not reach", async () => {
    const [ann = "", bob = "", cat = ""] = await admin.users("a", "b", "c");
    const recvIDs = Array.from({ length: 600 }, (_, i) =>
      i % 200 === 7 ? `nobody${i}` : i % 2 === 0 ? bob : cat,
    );
    const { results, failedUserIDs } = await sendToMany(ann, recvIDs);
    expect(failedUserIDs).toEqual(["nobody7", "nobody207", "nobody407"]);
    expect(results?.map(({ recvID }) => recvID)).toEqual(
      recvIDs.filter((id) => !id.startsWith("nobody")),
    );
    const ids = new Set(results?.map(({ clientMsgID }) => clientMsgID));
    expect(ids.size).toBe(597);
  });
});

describe("a read receipt", () => {
  test("of more than a client takes in names the newest, and marks them all", async () => {
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    const conversationID = singleChatID(ann, bob);
    const count = 10_300;
    const half = new Array<string>(count / 2).fill(bob);
    await sendToMany(ann, half);
    await sendToMany(ann, half);
    const token = await admin.tokenOf(ann);
    await using client = await Client.connect(server.ws, ann, token);
    await admin.post(MarkConversationAsRead, {
      userID: bob,
      conversationID,
      hasReadSeq: count,
    });
    const isReceipt = ({ message }: Pushed) => message.contentType === 2200;
    await client.until(() => client.pushed.some(isReceipt));
    const { seqs, hasReadSeq } = tipsOf(client.pushed.find(isReceipt));
    expect([seqs.length, seqs[0], seqs.at(-1)]).toEqual([10_000, 301, count]);
    expect(hasReadSeq).toBe(count);
    const [first] = await client.pull(conversationID, 1, 1);
    expect(first?.isRead).toBe(true);
  });

  test.each([
    MarkMsgsAsRead.path,
    MarkConversationAsRead.path,
    DeleteMsgs.path,
    DeleteMsgPhsicalBySeq.path,
  ])("%s takes no more than 10,000 seqs", async (route) => {
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    await sendToMany(ann, [bob]);
    const seqs = Array.from({ length: 10_001 }, (_, i) => i + 1);
    const key = { userID: bob, conversationID: singleChatID(ann, bob) };
    const body = { ...key, hasReadSeq: 1, seqs };
    expect(await codeOf(route, body)).toBe(1001);
  });
});

describe("revoking", () => {
  test("what one cleared away is 1004", async () => {
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    await sendToMany(ann, [bob, bob]);
    const key = { userID: ann, conversationID: singleChatID(ann, bob) };
    const token = await admin.tokenOf(ann);
    const revoke = (seq: number) =>
      post(server.api, RevokeMsg, { ...key, seq }, token).then(
        () => 0,
        (error: RequestError) => error.code,
      );
    expect(await revoke(1)).toBe(0);
    await admin.post(ClearConversationMsg, {
      ...key,
      conversationIDs: [key.conversationID],
    });
    expect(await revoke(2)).toBe(1004);
  });
});

describe("the character U+0000", () => {
  // PostgreSQL cannot keep it in a text: it was answered with 500 there.
  test.each([
    [UpdateUserInfoEx.path, { userInfo: { userID: "u", nickname: "a\0" } }],
    [AccountCheck.path, { checkUserIDs: ["a\0b"] }],
    [SendMsg.path, { ...text, sendID: "a\0", recvID: "b" }],
    [BatchSendMsg.path, { ...text, sendID: "a", recvIDs: ["b\0"] }],
    [GetNewestSeq.path, { userID: "a\0" }],
  ])("in what is kept or looked up is 1001: %s", async (route, body) => {
    expect(await codeOf(route, body)).toBe(1001);
  });

  test("in a frame's ids is 1001, in what a message says it is kept", async () => {
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    const token = await admin.tokenOf(ann);
    await using client = await Client.connect(server.ws, ann, token);
    const codes = await Promise.all(
      [client.pull("si_a\0_b", 1, 2), client.say("b\0", "hello")].map((asked) =>
        asked.then(
          () => 0,
          (error: RequestError) => error.code,
        ),
      ),
    );
    expect(codes).toEqual([1001, 1001]);
    const more = { ex: "\0", senderNickname: "\0" };
    await client.say(bob, "a\0b", more);
    const content = { content: "c\0d" };
    await admin.post(SendMsg, {
      ...text,
      ...more,
      content,
      sendID: ann,
      recvID: bob,
    });
    const found = await client.pull(singleChatID(ann, bob), 1, 2);
    expect(found.map(textOf)).toEqual(["a\0b", "c\0d"]);
    expect(found.map(({ ex }) => ex)).toEqual(["\0", "\0"]);
  });
});
