import { randomBytes } from "node:crypto";
import path from "node:path";

import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";

import { groupChatID, singleChatID } from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  GetLastMessageReq,
  GetLastMessageResp,
} from "@parley/protocol/generated/msg";

import { maxFrameBytes } from "@parley/protocol/frame-size";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { PullMsgBySeq, SendMsg } from "@parley/protocol/methods/messages";
import { CreateGroup, SetGroupInfo } from "@parley/protocol/methods/groups";

import { Admin, Client, RequestError } from "./client.ts";
import type { Encoding } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// sdk-core takes 1 MiB a frame and no byte more. What a client gzips may be
// far longer than the 51,200 bytes that it sends.

let server: RunningServer;
let admin: Admin;
beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

const signIn = async (
  userID: string,
  platformID: number,
  encoding: Encoding = "gob+gzip",
) =>
  Client.connect(server.ws, userID, await admin.tokenOf(userID, platformID), {
    platformID,
    encoding,
  });

const encodings: Encoding[] = ["gob", "gob+gzip", "json", "json+gzip"];

/** Gzip makes nothing of it. */
const noise = (length: number): string =>
  randomBytes(Math.ceil((length * 3) / 4))
    .toString("base64")
    .slice(0, length);

/** Says it as an administrator: a client could not send so much. */
const sayByREST = (sendID: string, recvID: string, content: string) =>
  admin.post(SendMsg, {
    sendID,
    recvID,
    senderPlatformID: 1,
    content: { content },
    contentType: 101,
    sessionType: 1,
  });

test("a message that nobody could pull again is refused", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  await using sender = await signIn(ann, 1);
  await using receiver = await signIn(bob, 1);
  const error = await sender
    .say(bob, "x".repeat(770_000))
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ code: 1001 });
  await sender.say(bob, "x".repeat(760_000));
  const pulled = await receiver.pull(singleChatID(ann, bob), 1, 10);
  expect(pulled.map(({ content }) => content.length)).toEqual([760_014]);
});

test("the last messages of many conversations come as far as they fit", async () => {
  const [ann = "", ...others] = await admin.users("ann", "bob", "cid", "dan");
  await using client = await signIn(ann, 1);
  const [bob = "", cid = "", dan = ""] = others;
  await client.say(bob, "b".repeat(600_000));
  await client.say(cid, "c".repeat(600_000));
  await client.say(dan, "short");
  const ids = others.map((each) => singleChatID(ann, each));
  const { msgs } = GetLastMessageResp.decode(
    await client.request(
      ReqIdentifier.pullConvLastMessage,
      GetLastMessageReq.encode({ userID: ann, conversationIDs: ids }),
    ),
  );
  // The large one that did not fit keeps no small one out.
  expect(Object.keys(msgs).toSorted()).toEqual([ids[0]!, ids[2]!].toSorted());
});

test("no frame of a push or a pull has more than 1 MiB, whatever it is written in", async () => {
  const [ann = "", ...others] = await admin.users("ann", "a", "b", "c", "d");
  const text = noise(765_000);
  for (const [at, encoding] of encodings.entries()) {
    const other = others[at] ?? "";
    await using client = await signIn(other, 1, encoding);
    const id = singleChatID(ann, other);
    for (let i = 0; i < 3; i++) await sayByREST(ann, other, text);
    await client.until(() => client.pushed.length === 3);
    // Each pull answers what fits, the newest first.
    for (const end of [3, 2, 1]) {
      const pulled = await client.pull(id, 1, end);
      expect(pulled.map(({ seq }) => seq)).toEqual([end]);
      expect(pulled[0]?.content.length).toBe(text.length + 14);
    }
    expect(client.largestFrame).toBeGreaterThan(700_000);
    expect(client.largestFrame).toBeLessThanOrEqual(maxFrameBytes);
  }
  expect(sayByREST(ann, others[0] ?? "", noise(768_000))).rejects.toThrow(
    "a message may have",
  );
});

test("a notice that was stored when there was no limit holds up no pull of what is before it", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
    CreateGroup,
    { ownerUserID: ann, memberUserIDs: [bob], groupInfo: { groupType: 2 } },
  );
  const { groupID } = groupInfo;
  for (const notification of ["first", "second", "third"])
    await admin.post(SetGroupInfo, {
      groupInfoForSet: { groupID, notification },
    });
  const id = groupChatID(groupID);
  const seqsOf = async (encoding: Encoding) => {
    await using client = await signIn(bob, 1, encoding);
    const found: Record<number, number> = {};
    for (let end = 1_000; end > 0;) {
      const pulled = await client.pull(id, 1, end);
      if (pulled.length === 0) break;
      for (const { seq, content } of pulled) found[seq] = content.length;
      end = (pulled[0]?.seq ?? 0) - 1;
    }
    expect(client.largestFrame).toBeLessThanOrEqual(maxFrameBytes);
    return found;
  };
  const before = await seqsOf("json");
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(3);
  await server.stop();
  const { seq, size } = enlarge(path.join(server.dataFolder, "parley.db"));
  await server.start();
  for (const encoding of encodings)
    expect(await seqsOf(encoding)).toEqual({ ...before, [seq]: 0 });
  // REST has no such limit.
  const { msgs } = await admin.post<{
    msgs: Record<string, { Msgs: { content: string }[] }>;
  }>(PullMsgBySeq, {
    userID: bob,
    seqRanges: [{ conversationID: id, begin: seq, end: seq, num: 1 }],
    order: 0,
  });
  const [message] = msgs[id]?.Msgs ?? [];
  expect(message?.content.length).toBe(Math.ceil(size / 3) * 4);
});

/** The second announcement of all becomes one of 1.5 MB. */
function enlarge(file: string): { seq: number; size: number } {
  const database = new Database(file);
  try {
    const rows = database
      .query<{ position: number; seq: number; data: Uint8Array }, []>(
        "select position, seq, data from message_log",
      )
      .all();
    const found = rows
      .map((row) => ({ ...row, message: MsgData.decode(row.data) }))
      .find(({ message }) =>
        new TextDecoder().decode(message.content).includes("second"),
      );
    if (!found) throw new Error("no such notice");
    const content = Buffer.from(
      JSON.stringify({ detail: JSON.stringify({ x: "y".repeat(1_500_000) }) }),
    );
    database.run("update message_log set data = ? where position = ?", [
      MsgData.encode({ ...found.message, content }),
      found.position,
    ]);
    return { seq: found.seq, size: content.length };
  } finally {
    database.close();
  }
}
