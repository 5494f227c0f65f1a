import path from "node:path";

import { expect, test } from "bun:test";
import {
  CreateGroup,
  GetFullGroupMemberUserIDs,
  GetIncrementalJoinGroups,
} from "@parley/protocol/methods/groups";
import { BatchSendMsg } from "@parley/protocol/methods/messages";
import { GetIncrementalFriends } from "@parley/protocol/methods/friends";
import {
  GetFullConversationIDs,
  GetIncrementalConversations,
} from "@parley/protocol/methods/conversations";

import { Admin, Client, post, RequestError } from "./client.ts";
import { freePorts, startServer } from "./server.ts";
import type { Called } from "./client.ts";

const users = 40;
const groups = 4;
/** Enough to keep the server busy: a slow turn handles hundreds of messages. */
const senders = 80;
/** Number of senders who have a conversation with everybody. */
const known = 20;
/** Messages that one sender has on their way, always. */
const window = 200;

const waitAMoment = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Reconnects as SDKs do until the server accepts. */
async function comeIn(ws: string, userID: string, token: string) {
  for (;;)
    try {
      return await Client.connect(ws, userID, token);
    } catch (error) {
      if (error instanceof RequestError) throw error;
      await waitAMoment();
    }
}

test("a busy server refused what those who signed in together sync by, and they had nothing for good", async () => {
  const [slowPort] = await freePorts(1);
  await using server = await startServer({
    preload: path.join(import.meta.dirname, "slow-turns.ts"),
    environment: {
      PARLEY_LOAD_SHEDDING_ENABLE: "true",
      PARLEY_TEST_SLOW_PORT: String(slowPort),
    },
  });
  const admin = await Admin.signIn(server.api);
  const named = (name: string, count: number) =>
    admin.users(...Array.from({ length: count }, (_, i) => `${name}${i}`));
  const people = await named("person", users);
  const busy = await named("sender", senders);
  const [owner = "", ...memberUserIDs] = people;
  const groupIDs: string[] = [];
  for (let i = 0; i < groups; i++) {
    const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
      CreateGroup,
      {
        ownerUserID: owner,
        memberUserIDs,
        groupInfo: { groupType: 2, groupName: `group ${i}` },
      },
    );
    groupIDs.push(groupInfo.groupID);
  }
  for (const sendID of busy.slice(0, known))
    await admin.post(BatchSendMsg, {
      sendID,
      recvIDs: people,
      senderPlatformID: 1,
      content: { content: "hello" },
      contentType: 101,
      sessionType: 1,
    });
  const tokens = await Promise.all(people.map((each) => admin.tokenOf(each)));
  const sending = await Promise.all(
    busy.map(async (each) =>
      Client.connect(server.ws, each, await admin.tokenOf(each)),
    ),
  );

  let refused = 0;
  let isOver = false;
  const saidUntilOver = async (client: Client, to: string) => {
    while (!isOver)
      await client.say(to, "hello").catch((error: unknown) => {
        if (!(error instanceof RequestError) || error.code !== 500) throw error;
        refused++;
      });
  };
  await fetch(`http://127.0.0.1:${slowPort}`);
  const said = Promise.all(
    sending.flatMap((client, i) =>
      Array.from({ length: window }, () =>
        saidUntilOver(client, busy[(i + 1) % senders] ?? ""),
      ),
    ),
  );
  while (refused === 0) await waitAMoment();

  /** Fetches once what OpenIM's SDKs fetch on a new device. */
  async function sync(userID: string, token: string): Promise<void> {
    await using client = await comeIn(server.ws, userID, token);
    const ask = <Data>(route: Called, body: object) =>
      post<Data>(server.api, route, body, token);
    const seqs = await client.newestSeqs();
    const since = { userID, versionID: "", version: 0 };
    await ask(GetIncrementalJoinGroups, since);
    await ask(GetIncrementalFriends, since);
    for (const groupID of groupIDs) {
      const { userIDs } = await ask<{ userIDs: string[] }>(
        GetFullGroupMemberUserIDs,
        { groupID, idHash: 0 },
      );
      expect(userIDs).toHaveLength(users);
    }
    await ask(GetIncrementalConversations, since);
    const { conversationIDs } = await ask<{ conversationIDs: string[] }>(
      GetFullConversationIDs,
      { userID, idHash: 0 },
    );
    expect(conversationIDs.filter((id) => id in seqs)).toHaveLength(
      known + groups,
    );
  }
  const synced = await Promise.allSettled(
    people.map((userID, i) => sync(userID, tokens[i] ?? "")),
  );
  isOver = true;
  await said;
  for (const client of sending) await client[Symbol.asyncDispose]();
  expect(
    synced.flatMap((each) =>
      each.status === "rejected" ? [String(each.reason)] : [],
    ),
  ).toEqual([]);
});
