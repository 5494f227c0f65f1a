import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { groupChatID } from "@parley/protocol/conversation-ids";
import {
  DeleteConversations,
  GetConversation,
  GetConversations,
  GetSortedConversationList,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import {
  ClearConversationMsg,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  PullMsgBySeq,
  RevokeMsg,
  SetConversationHasReadSeq,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";
import {
  CreateGroup,
  DismissGroup,
  KickGroup,
  QuitGroup,
} from "@parley/protocol/methods/groups";

import { post } from "../client.ts";
import type { RequestError } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { Fixtures, marker } from "./fixtures.ts";
import type { Role } from "./roles.ts";
import type { Called } from "../client.ts";

// set_conversations makes rows, and a row opens a conversation: so there must
// be none of what others said, nor may a name that looks like one's own open it.

let server: RunningServer;
let fixtures: Fixtures;

beforeAll(async () => {
  server = await startServer();
  fixtures = await Fixtures.create(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Foreign {
  conversationID: string;
  /** Body of set_conversations. */
  conversation: object;
  /** The author of the conversation's one message. */
  keeper: Role;
  seq: number;
}

async function single(): Promise<Foreign> {
  const { conversationID, peerID } = await fixtures.conversation();
  const conversation = { conversationType: 1, userID: peerID, conversationID };
  return { conversationID, conversation, keeper: "self", seq: 1 };
}

async function group(): Promise<Foreign> {
  const groupID = await fixtures.group();
  const sendID = fixtures.userIDs.owner;
  await fixtures.message({ sendID, groupID, sessionType: 3 });
  const conversationID = groupChatID(groupID);
  const conversation = { conversationType: 3, groupID, conversationID };
  // The first one tells of the group's making.
  return { conversationID, conversation, keeper: "owner", seq: 2 };
}

function call<Data>(who: Role, route: Called, body: object): Promise<Data> {
  const asked = { userID: fixtures.userIDs[who], ...body };
  return post<Data>(server.api, route, asked, fixtures.tokens[who]);
}

const codeOf = (...asked: Parameters<typeof call>): Promise<number> =>
  call(...asked).then(
    () => 0,
    (error: RequestError) => error.code,
  );

const makeRow = (who: Role, conversation: object): Promise<number> =>
  codeOf(who, SetConversations, {
    userIDs: [fixtures.userIDs[who]],
    conversation: { ...conversation, isPinned: true },
  });

/** Returns the texts that a role can read, without notices and placeholders. */
async function texts(who: Role, conversationID: string): Promise<string[]> {
  const { msgs } = await call<{
    msgs?: Record<string, { Msgs: { content: string }[] | null }>;
  }>(who, PullMsgBySeq, {
    seqRanges: [{ conversationID, begin: 1, end: 50, num: 50 }],
  });
  return (msgs?.[conversationID]?.Msgs ?? [])
    .map(({ content }) => Buffer.from(content, "base64").toString())
    .filter((text) => text.includes(marker));
}

const everywhere = { deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true } };

for (const [whose, make, refusal] of [
  ["two others", single, 1001],
  ["a group", group, 1002],
] as const)
  describe(`who asks for a row of the conversation of ${whose}`, () => {
    async function intrude(): Promise<Foreign> {
      const foreign = await make();
      const { conversation } = foreign;
      expect(await makeRow("stranger", conversation)).toBe(refusal);
      return foreign;
    }

    test(`gets none, of ${whose} as little as of what does not exist`, async () => {
      const { conversationID } = await intrude();
      const ownerUserID = fixtures.userIDs.stranger;
      const { conversations } = await call<{ conversations: object[] | null }>(
        "stranger",
        GetConversations,
        { ownerUserID, conversationIDs: [conversationID] },
      );
      expect(conversations).toBeNull();
    });

    test(`reads nothing of ${whose}`, async () => {
      const { conversationID, keeper } = await intrude();
      expect(await texts(keeper, conversationID)).toHaveLength(1);
      expect(await texts("stranger", conversationID)).toEqual([]);
    });

    test(`finds nothing of ${whose} in lists`, async () => {
      const { conversationID } = await intrude();
      const conversationIDs = [conversationID];
      const { seqs } = await call<{ seqs: Record<string, object> }>(
        "stranger",
        GetConversationsHasReadAndMaxSeq,
        { conversationIDs },
      );
      const unknown = { maxSeq: 0, hasReadSeq: 0, maxSeqTime: 0 };
      expect(seqs).toEqual({ [conversationID]: unknown });
      const newest = await call("stranger", GetNewestSeq, {});
      expect(JSON.stringify(newest)).not.toContain(conversationID);
      const sorted = await call("stranger", GetSortedConversationList, {
        conversationIDs,
        pagination: { pageNumber: 1, showNumber: 9 },
      }).catch(String);
      expect(JSON.stringify(sorted)).not.toContain(marker);
    });

    test(`clears nothing of ${whose}`, async () => {
      const { conversationID, keeper } = await intrude();
      await codeOf("stranger", ClearConversationMsg, {
        conversationIDs: [conversationID],
        ...everywhere,
      });
      await codeOf("stranger", UserClearAllMsg, everywhere);
      expect(await texts(keeper, conversationID)).toHaveLength(1);
    });

    test(`deletes and recalls nothing of ${whose}`, async () => {
      const { conversationID, keeper, seq } = await intrude();
      const one = { conversationID, seq, seqs: [seq] };
      await codeOf("stranger", DeleteMsgs, { ...one, ...everywhere });
      await codeOf("stranger", RevokeMsg, one);
      expect(await texts(keeper, conversationID)).toHaveLength(1);
    });

    test(`reads on nobody's behalf in ${whose}`, async () => {
      const { conversationID, seq } = await intrude();
      const read = { conversationID, hasReadSeq: seq, seqs: [seq] };
      const codes = [
        await codeOf("stranger", MarkMsgsAsRead, read),
        await codeOf("stranger", MarkConversationAsRead, read),
      ];
      expect(codes).toEqual([1004, 1004]);
    });

    test(`does not find the newest seq of ${whose} by setting positions`, async () => {
      const { conversationID, seq } = await intrude();
      for (const hasReadSeq of [seq, seq + 1])
        expect(
          await codeOf("stranger", SetConversationHasReadSeq, {
            conversationID,
            hasReadSeq,
          }),
        ).toBe(1004);
    });
  });

test("nobody makes a chat of two others a private one", async () => {
  const { conversationID, conversation, keeper } = await single();
  const ownerUserID = fixtures.userIDs[keeper];
  await codeOf("stranger", SetConversations, {
    userIDs: [fixtures.userIDs.stranger],
    conversation: { ...conversation, userID: ownerUserID, isPrivateChat: true },
  });
  const { conversation: after } = await call<{
    conversation: { isPrivateChat: boolean };
  }>(keeper, GetConversation, { ownerUserID, conversationID });
  expect(after.isPrivateChat).toBe(false);
});

test("who was kicked does not read on with another row", async () => {
  const { conversationID, conversation } = await group();
  const groupID = conversationID.slice("sg_".length);
  const kickedUserIDs = [fixtures.userIDs.member];
  await call("owner", KickGroup, { groupID, kickedUserIDs });
  const said = { groupID, sessionType: 3, sendID: fixtures.userIDs.owner };
  await fixtures.message(said);
  expect(await texts("member", conversationID)).toHaveLength(1);
  await call("member", DeleteConversations, {
    ownerUserID: fixtures.userIDs.member,
    conversationIDs: [conversationID],
  });
  await makeRow("member", { ...conversation, minSeq: 0, maxSeq: 0 });
  expect((await texts("member", conversationID)).length).toBeLessThan(2);
  expect(await texts("owner", conversationID)).toHaveLength(2);
});

test("a group whose id ends like a user's tells this user nothing", async () => {
  const { owner, member, stranger } = fixtures.userIDs;
  const groupID = `tea_${stranger}`;
  await call("imAdmin", CreateGroup, {
    ownerUserID: owner,
    memberUserIDs: [member],
    groupInfo: { groupID, groupName: "tea", groupType: 2 },
  });
  await fixtures.message({ sendID: owner, groupID, sessionType: 3 });
  const conversationID = `n_${groupID}`;
  await call("member", MarkMsgsAsRead, {
    conversationID: groupChatID(groupID),
    seqs: [2],
  });
  const pull = async (who: Role) => {
    const seqRanges = [{ conversationID, begin: 1, end: 9, num: 9 }];
    const data = await call<{ notificationMsgs?: Record<string, object> }>(
      who,
      PullMsgBySeq,
      { seqRanges },
    );
    return Object.keys(data.notificationMsgs ?? {});
  };
  expect(await pull("owner")).toEqual([conversationID]);
  expect(await pull("stranger")).toEqual([]);
});

test("a group with the id of a pair tells its members nothing of the pair", async () => {
  const { owner, self, stranger } = fixtures.userIDs;
  const [a, b] = [self, owner].sort();
  const groupID = `${a}_${b}`;
  await call("imAdmin", CreateGroup, {
    ownerUserID: stranger,
    memberUserIDs: [],
    groupInfo: { groupID, groupName: "spy", groupType: 2 },
  });
  await fixtures.message({ sendID: self, recvID: owner, sessionType: 1 });
  await call("owner", MarkMsgsAsRead, {
    conversationID: `si_${groupID}`,
    seqs: [1],
  });
  await call("stranger", MarkMsgsAsRead, {
    conversationID: groupChatID(groupID),
    seqs: [1],
  });
  const conversationID = `n_${groupID}`;
  const readers = async (who: Role) => {
    const seqRanges = [{ conversationID, begin: 1, end: 9, num: 9 }];
    const { notificationMsgs } = await call<{
      notificationMsgs?: Record<
        string,
        { Msgs: { sendID: string; status: number }[] }
      >;
    }>(who, PullMsgBySeq, { seqRanges });
    return notificationMsgs?.[conversationID]?.Msgs.filter(
      ({ sendID }) => sendID !== "",
    ).map(({ sendID }) => sendID);
  };
  expect(await readers("stranger")).toEqual([stranger]);
  expect(await readers("self")).toEqual([owner]);
});

test("who left before anything was said reads nothing of what follows", async () => {
  const { owner, member } = fixtures.userIDs;
  const { groupInfo } = await call<{ groupInfo: { groupID: string } }>(
    "imAdmin",
    CreateGroup,
    {
      ownerUserID: owner,
      memberUserIDs: [member],
      groupInfo: { groupName: "quiet", groupType: 2 },
      sendMessage: false,
    },
  );
  const { groupID } = groupInfo;
  await call("owner", KickGroup, {
    groupID,
    kickedUserIDs: [member],
    sendMessage: false,
  });
  await fixtures.message({ sendID: owner, groupID, sessionType: 3 });
  const conversationID = groupChatID(groupID);
  const conversation = { conversationType: 3, groupID, conversationID };
  expect(await makeRow("member", conversation)).toBe(1002);
  expect(await texts("member", conversationID)).toEqual([]);
  expect(await texts("owner", conversationID)).toHaveLength(1);
});

test("who left is told no seq beyond with a row made again", async () => {
  const { conversationID, conversation } = await group();
  const groupID = conversationID.slice("sg_".length);
  const { owner, member } = fixtures.userIDs;
  await call("owner", KickGroup, {
    groupID,
    kickedUserIDs: [member],
  });
  await call("member", DeleteConversations, {
    ownerUserID: member,
    conversationIDs: [conversationID],
  });
  expect(await makeRow("member", conversation)).toBe(0);
  const newest = async () => {
    const { seqs } = await call<{ seqs: Record<string, { maxSeq: number }> }>(
      "member",
      GetConversationsHasReadAndMaxSeq,
      { conversationIDs: [conversationID] },
    );
    return seqs[conversationID]?.maxSeq;
  };
  const before = await newest();
  await fixtures.message({ sendID: owner, groupID, sessionType: 3 });
  expect(await newest()).toBe(before);
});

test("who left reads on without telling the group", async () => {
  const { conversationID, seq } = await group();
  const groupID = conversationID.slice("sg_".length);
  const { member } = fixtures.userIDs;
  await call("member", QuitGroup, { groupID, userID: member });
  const newestNotice = async () => {
    const { maxSeqs } = await call<{ maxSeqs?: Record<string, number> }>(
      "owner",
      GetNewestSeq,
      {},
    );
    return maxSeqs?.[`n_${groupID}`] ?? 0;
  };
  const before = await newestNotice();
  const read = { conversationID, seqs: [seq] };
  expect(await codeOf("member", MarkMsgsAsRead, read)).toBe(0);
  expect(await newestNotice()).toBe(before);
  expect(await codeOf("owner", MarkMsgsAsRead, read)).toBe(0);
  expect(await newestNotice()).toBe(before + 1);
});

test("no row is made of a type that conversations do not have", async () => {
  const groupID = await fixtures.group();
  const { owner } = fixtures.userIDs;
  const conversation = { conversationType: 2, conversationID: `g_${groupID}` };
  const other = { ...conversation, groupID: "none" };
  expect(await makeRow("owner", other)).toBe(1004);
  expect(await makeRow("owner", { ...conversation, groupID })).toBe(1001);
  await call("owner", DismissGroup, { groupID, userID: owner });
  expect(await makeRow("owner", { ...conversation, groupID })).toBe(1204);
});
