import { imExamples } from "@parley/server/src/docs/examples-im.ts";
import { webhookCommands } from "@parley/server/src/config/webhook-names.ts";
import {
  CreateGroup,
  GroupApplicationResponse,
  JoinGroup,
  MuteGroupMember,
  SetGroupInfo,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";
import {
  DeleteMsgs,
  MarkConversationAsRead,
  SendMsg,
} from "@parley/protocol/methods/messages";
import { AddFriend, AddFriendResponse } from "@parley/protocol/methods/friends";
import { UpdateUserInfoEx, UserRegister } from "@parley/protocol/methods/users";
import { SetConversations } from "@parley/protocol/methods/conversations";
import { GetAdminToken, GetUserToken } from "@parley/protocol/methods/auth";
import { imSettings } from "@parley/protocol/methods/settings";

import { Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import { sendExample } from "./story.ts";
import type { Answers } from "./story.ts";
import type { Called } from "./client.ts";

/** A notice that a client was pushed. */
export interface Told {
  contentType: number;
  detail: unknown;
  conversationID: string;
  seq: number;
}

export interface Heard {
  /** Bodies that the receiver of webhooks was sent, in order. */
  hooks: {
    command: string;
    body: Record<string, unknown>;
    /** The body as it came. */
    text: string;
    headers: Record<string, string>;
  }[];
  /** Pushes to clients, in each one's order. */
  notices: Told[];
}

export const hookSecret = "a secret that the receiver knows";

/** Beside the examples, what makes the hooks and notices that they do not. */
async function more(
  call: (route: Called, body: object) => Promise<unknown>,
): Promise<void> {
  const group = { groupName: "Open to all", groupType: 2, needVerification: 2 };
  await call(CreateGroup, {
    ownerUserID: "ann",
    memberUserIDs: ["bob"],
    groupInfo: { ...group, groupID: "open" },
  });
  const joining = { groupID: "open", joinSource: 3, reqMessage: "Hello" };
  await call(JoinGroup, { ...joining, inviterUserID: "cleo" });
  const say = {
    sendID: "ann",
    senderNickname: "Ann Lee",
    senderPlatformID: 5,
    contentType: 101,
    content: { content: "Who is here?" },
  };
  await call(SendMsg, { ...say, groupID: "open", sessionType: 3 });
  const read = { conversationID: "sg_open", userID: "bob", hasReadSeq: 1 };
  await call(MarkConversationAsRead, { ...read, seqs: [] });
  const info = { groupID: "open", groupName: "Open", ex: "1" };
  await call(SetGroupInfo, { groupInfoForSet: info });
  await call(SetGroupInfoEx, { groupID: "open", ex: "2" });
  const notice = { groupID: "open", notification: "Tea at five" };
  await call(SetGroupInfoEx, notice);
  await call(MuteGroupMember, {
    groupID: "open",
    userID: "cleo",
    mutedSeconds: 60,
  });
  const member = { groupID: "open", userID: "cleo" };
  for (const roleLevel of [60, 20])
    await call(SetGroupMemberInfo, {
      members: [{ ...member, roleLevel }],
    });
  await call(SetGroupMemberInfo, {
    members: [{ ...member, nickname: "Cleo of Egypt" }],
  });
  // A request that is refused, and one that an invitation makes.
  const asking = { fromUserID: "cleo", toUserID: "bob", reqMsg: "Hello" };
  await call(AddFriend, asking);
  const refusal = { handleResult: -1, handleMsg: "No" };
  await call(AddFriendResponse, { ...asking, ...refusal });
  await call(JoinGroup, {
    groupID: "tea",
    joinSource: 3,
    reqMessage: "Let me in",
    inviterUserID: "dora",
  });
  await call(GroupApplicationResponse, {
    groupID: "tea",
    fromUserID: "dora",
    ...refusal,
  });
  // A friend hears of a new name, and an account tells everybody the news.
  const userInfo = { userID: "ann", nickname: "Ann the First" };
  await call(UpdateUserInfoEx, { userInfo });
  await call(SendMsg, {
    sendID: "news",
    recvID: "bob",
    contentType: 1400,
    sessionType: 4,
    content: {
      notificationName: "The news",
      notificationFaceURL: "https://x.org/news.png",
      notificationType: 1,
      text: "Tea is back",
      url: "https://x.org/tea",
      mixType: 0,
    },
  });
  const conversation = { conversationID: "si_ann_bob", conversationType: 1 };
  await call(SetConversations, {
    userIDs: ["ann"],
    conversation: { ...conversation, userID: "bob", isPrivateChat: true },
  });
  const forAll = { IsSyncSelf: false, IsSyncOther: true };
  await call(DeleteMsgs, {
    userID: "ann",
    conversationID: "sg_open",
    seqs: [1],
    deleteSyncOpt: forAll,
  });
}

/** The receiver's answers by command; no answer allows. */
export type HookAnswers = Readonly<Record<string, object>>;

/**
 * Tells the examples' story to a server that asks a receiver about everything, with
 * everybody connected, and hands over what receiver and clients heard.
 */
export async function hearStory(hookAnswers: HookAnswers = {}): Promise<Heard> {
  const heard: Heard = { hooks: [], notices: [] };
  await using receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const text = await request.text();
      const command = new URL(request.url).pathname.slice(1);
      heard.hooks.push({
        command,
        body: JSON.parse(text) as Record<string, unknown>,
        text,
        headers: Object.fromEntries(request.headers),
      });
      return Response.json(hookAnswers[command] ?? {});
    },
  });
  const entry = { enable: true, failedContinue: false };
  const hooks = Object.keys(webhookCommands).map((name) => [name, entry]);
  await using server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${receiver.port}`,
      PARLEY_WEBHOOKS_SECRET: hookSecret,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify(Object.fromEntries(hooks)),
    },
  });
  const answers: Answers = new Map();
  const token = (): string =>
    (answers.get(GetAdminToken.path) as { token: string } | undefined)?.token ??
    "";
  const call = (route: Called, body: object) =>
    post<{ token: string }>(server.api, route, body, token());
  const clients: Client[] = [];
  for (const example of imExamples) {
    if (
      example.path.startsWith("/config/") ||
      example.path === imSettings.Restart.path
    )
      continue;
    if (example.path === TransferGroup.path) await more(call);
    await sendExample(server.api, example, token(), answers);
    if (example.path !== UserRegister.path) continue;
    for (const userID of ["ann", "bob", "cleo", "dora"]) {
      const own = await call(GetUserToken, { userID, platformID: 3 });
      clients.push(
        await Client.connect(server.ws, userID, own.token, { platformID: 3 }),
      );
    }
  }
  await Promise.all(clients.map((each) => each[Symbol.asyncDispose]()));
  // A server drains the queue before it stops.
  await server.stop();
  for (const { pushed } of clients)
    for (const { conversationID, message } of pushed) {
      const { contentType, content, seq } = message;
      if (contentType < 1_000) continue;
      const { detail } = JSON.parse(new TextDecoder().decode(content)) as {
        detail: string;
      };
      heard.notices.push({
        contentType,
        detail: JSON.parse(detail) as unknown,
        conversationID,
        seq,
      });
    }
  return heard;
}
