import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import {
  DeleteConversations,
  GetConversation,
} from "@parley/protocol/methods/conversations";

import type { RequestError } from "./client.ts";
import { Admin, Client, textOf } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// Changes that a receiver of webhooks can make to messages.

let receiver: ReturnType<typeof Bun.serve>;
let server: RunningServer;
let admin: Admin;
/** The receiver's answers by command. */
let answers: Record<string, object>;
/** Commands that it heard, in their order. */
const heard: string[] = [];

beforeAll(async () => {
  receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { callbackCommand } = (await request.json()) as {
        callbackCommand: string;
      };
      heard.push(callbackCommand);
      return Response.json(answers[callbackCommand] ?? {});
    },
  });
  const on = { enable: true, timeout: 60 };
  server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${receiver.port}/hooks`,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify({
        beforeMsgModify: on,
        beforeCreateSingleChatConversations: on,
      }),
    },
  });
  admin = await Admin.signIn(server.api);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.stop(true);
});
beforeEach(() => {
  answers = {};
  heard.length = 0;
});

async function people(): Promise<[Client, Client]> {
  const userIDs = await admin.users("ann", "bob");
  const signIn = async (userID = "") =>
    Client.connect(server.ws, userID, await admin.tokenOf(userID));
  return Promise.all([signIn(userIDs[0]), signIn(userIDs[1])]);
}

const modify = "callbackBeforeMsgModifyCommand";
const makeRows = "callbackBeforeCreateSingleChatConversationsCommand";

test("a resend finds the first message under the clientMsgID that a receiver gave it", async () => {
  const [ann, bob] = await people();
  const conversationID = `si_${[ann.userID, bob.userID].sort().join("_")}`;
  const clientMsgID = randomUUID();
  answers[modify] = { clientMsgID: "another" };
  const first = await ann.say(bob.userID, "once", { clientMsgID });
  expect(first.clientMsgID).toBe("another");
  const again = await ann.say(bob.userID, "once", { clientMsgID });
  expect(again).toMatchObject({
    serverMsgID: first.serverMsgID,
    clientMsgID: "another",
    sendTime: first.sendTime,
  });
  await ann.say(bob.userID, "twice");
  await bob.until(() => bob.heard().length === 2);
  expect(bob.heard(conversationID)).toEqual(["once", "twice"]);
});

test("and so it does in the conversation that a receiver chose", async () => {
  const [ann, bob] = await people();
  const [other = ""] = await admin.users("cat");
  const clientMsgID = randomUUID();
  answers[modify] = { recvID: other };
  const first = await ann.say(bob.userID, "once", { clientMsgID });
  const again = await ann.say(bob.userID, "once", { clientMsgID });
  expect(again.serverMsgID).toBe(first.serverMsgID);
});

test("a conversation whose row was refused is pulled all the same, a deleted one is not", async () => {
  const [ann, bob] = await people();
  const conversationID = `si_${[ann.userID, bob.userID].sort().join("_")}`;
  answers[makeRows] = { nextCode: 1, errCode: 5001 };
  await ann.say(bob.userID, "hello");
  await bob.until(() => bob.heard().length === 1);
  expect(heard).toContain(makeRows);
  const said = async (who: Client) =>
    (await who.pull(conversationID, 1, 9)).map(textOf);
  expect(await said(bob)).toEqual(["hello"]);
  expect(await said(ann)).toEqual(["hello"]);
  const ofBob = { ownerUserID: bob.userID, conversationID };
  const get = admin.post(GetConversation, ofBob);
  expect(await get.catch((error: RequestError) => error.code)).toBe(1004);

  answers = {};
  await ann.say(bob.userID, "again");
  await bob.until(() => bob.heard().length === 2);
  await admin.post(GetConversation, ofBob);
  await admin.post(DeleteConversations, {
    ownerUserID: bob.userID,
    conversationIDs: [conversationID],
  });
  expect(await said(bob)).toEqual([]);
  expect(await said(ann)).toEqual(["hello", "again"]);
});
