import { afterAll, beforeAll, expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  GetLastMessageReq,
  GetLastMessageResp,
} from "@parley/protocol/generated/msg";

import { Admin, Client, RequestError } from "./client.ts";
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

const signIn = async (userID: string, platformID: number) =>
  Client.connect(server.ws, userID, await admin.tokenOf(userID, platformID), {
    platformID,
    encoding: "gob+gzip",
  });

test("a message that nobody could pull again is refused", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  await using sender = await signIn(ann, 1);
  await using receiver = await signIn(bob, 1);
  const error = await sender
    .say(bob, "x".repeat(1_010_000))
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ code: 1001 });
  await sender.say(bob, "x".repeat(980_000));
  const pulled = await receiver.pull(singleChatID(ann, bob), 1, 10);
  expect(pulled.map(({ content }) => content.length)).toEqual([980_014]);
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
