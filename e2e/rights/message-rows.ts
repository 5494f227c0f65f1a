import { groupChatID } from "@parley/protocol/conversation-ids";
import {
  BatchSendMsg,
  CheckMsgIsSendSuccess,
  ClearConversationMsg,
  DeleteMsgPhsicalBySeq,
  DeleteMsgPhysical,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
  GetServerTime,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  PullMsgBySeq,
  RevokeMsg,
  SearchMsg,
  SendBusinessNotification,
  SendMsg,
  SendSimpleMsg,
  SetConversationHasReadSeq,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";

import {
  AddFavorite,
  GetFavorites,
  RemoveFavorite,
} from "@parley/protocol/methods/favorites";

import type { Fixtures } from "./fixtures.ts";
import { marker } from "./fixtures.ts";
import { row, firstPage, everybody } from "./roles.ts";
import type { Asker, Row } from "./roles.ts";

const text = {
  senderPlatformID: 5,
  contentType: 101,
  content: { content: "hello" },
  sessionType: 1,
};
const forEveryone = { deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true } };

/** A request in self's name, about a conversation of self. */
const ofSelf = async (f: Fixtures) => {
  const { conversationID, seqs } = await f.conversation();
  const conversationIDs = [conversationID];
  return { userID: f.self, conversationID, conversationIDs, seqs };
};
/** A request in the caller's own name, about a conversation of self. */
const ofAsker = async (f: Fixtures, { userID }: Asker) => ({
  ...(await ofSelf(f)),
  userID: userID || f.self,
});

/** A request in the caller's own name, about a group where this user sent a message. */
const inGroupOf =
  (speaker: "owner" | "member") =>
  async (f: Fixtures, { userID }: Asker) => {
    const speakerID = speaker === "owner" ? f.userIDs.owner : await f.person();
    const more = speaker === "owner" ? {} : { members: [speakerID] };
    const groupID = await f.group(more);
    await f.message({ sendID: speakerID, groupID, sessionType: 3 });
    const conversationID = groupChatID(groupID);
    const { seqs } = await f.admin.post<{
      seqs: Record<string, { maxSeq: number }>;
    }>(GetConversationsHasReadAndMaxSeq, {
      userID: speakerID,
      conversationIDs: [conversationID],
    });
    const seq = seqs[conversationID]?.maxSeq ?? 0;
    return {
      userID: userID || f.self,
      conversationID,
      conversationIDs: [conversationID],
      seq,
      seqs: [seq],
    };
  };

const pull = ({
  userID,
  conversationID,
}: {
  userID: string;
  conversationID: string;
}) => ({
  userID,
  seqRanges: [{ conversationID, begin: 1, end: 9, num: 9 }],
});

const reading: Row[] = [
  row(GetNewestSeq, ofSelf),
  row(PullMsgBySeq, async (f) => pull(await ofSelf(f))),
  row(PullMsgBySeq, async (f, caller) => pull(await ofAsker(f, caller)), {
    about: "in the caller's name",
    codes: everybody,
  }),
  row(
    PullMsgBySeq,
    async (f, caller) => pull(await inGroupOf("owner")(f, caller)),
    {
      about: "of a group, in the caller's name",
      codes: { stranger: 0, member: 0, manager: 0, owner: 0, imAdmin: 0 },
    },
  ),
  row(SearchMsg, () => firstPage),
  row(GetConversationsHasReadAndMaxSeq, ofSelf),
  row(GetConversationsHasReadAndMaxSeq, ofAsker, {
    about: "in the caller's name",
    codes: everybody,
  }),
  row(MarkMsgsAsRead, ofSelf),
  row(MarkMsgsAsRead, ofAsker, {
    about: "in the caller's name",
    codes: { stranger: 1004, self: 0, imAdmin: 1004 },
  }),
  row(MarkConversationAsRead, async (f) => ({
    ...(await ofSelf(f)),
    hasReadSeq: 1,
  })),
  row(
    MarkConversationAsRead,
    async (f, caller) => ({ ...(await ofAsker(f, caller)), hasReadSeq: 1 }),
    {
      about: "in the caller's name",
      codes: { stranger: 1004, self: 0, imAdmin: 1004 },
    },
  ),
  row(SetConversationHasReadSeq, async (f) => ({
    ...(await ofSelf(f)),
    hasReadSeq: 1,
  })),
  row(
    SetConversationHasReadSeq,
    async (f, caller) => ({ ...(await ofAsker(f, caller)), hasReadSeq: 1 }),
    {
      about: "in the caller's name",
      codes: { stranger: 1004, self: 0, imAdmin: 1004 },
    },
  ),
  row(CheckMsgIsSendSuccess, () => ({})),
  row(GetServerTime, () => ({})),
];

const removing: Row[] = [
  row(RevokeMsg, async (f) => ({
    ...(await ofSelf(f)),
    seq: 1,
  })),
  row(RevokeMsg, inGroupOf("owner"), {
    about: "that the owner sent",
    codes: {
      stranger: 1002,
      member: 1002,
      manager: 1002,
      owner: 0,
      imAdmin: 0,
    },
  }),
  row(RevokeMsg, inGroupOf("member"), {
    about: "that another member sent",
    codes: { stranger: 1002, member: 1002, manager: 0, owner: 0, imAdmin: 0 },
  }),
  row(ClearConversationMsg, ofSelf),
  // Other users' conversations are skipped.
  row(
    ClearConversationMsg,
    async (f, caller) => ({
      ...(await inGroupOf("owner")(f, caller)),
      ...forEveryone,
    }),
    {
      about: "for everyone in a group",
      codes: { stranger: 0, member: 1002, manager: 0, owner: 0, imAdmin: 0 },
    },
  ),
  row(UserClearAllMsg, ({ self }) => ({ userID: self })),
  row(DeleteMsgs, ofSelf),
  row(DeleteMsgs, ofAsker, {
    about: "in the caller's name",
    codes: { stranger: 1004, self: 0, imAdmin: 1004 },
  }),
  row(
    DeleteMsgs,
    async (f, caller) => ({ ...(await ofAsker(f, caller)), ...forEveryone }),
    {
      about: "for everyone",
      codes: { stranger: 1004, self: 0, imAdmin: 1004 },
    },
  ),
  row(
    DeleteMsgs,
    async (f, caller) => ({
      ...(await inGroupOf("member")(f, caller)),
      ...forEveryone,
    }),
    {
      about: "for everyone in a group",
      codes: {
        stranger: 1004,
        member: 1002,
        manager: 0,
        owner: 0,
        imAdmin: 1004,
      },
    },
  ),
  row(DeleteMsgPhsicalBySeq, ofSelf),
  row(DeleteMsgPhysical, async (f) => ({
    conversationIDs: [(await f.conversation()).conversationID],
    timestamp: 0,
  })),
];

const favorites: Row[] = [
  row(AddFavorite, async (f) => ({ ...(await ofSelf(f)), seq: 1 })),
  row(
    AddFavorite,
    async (f, caller) => ({ ...(await ofAsker(f, caller)), seq: 1 }),
    {
      about: "in the caller's name",
      codes: { stranger: 1004, self: 0, imAdmin: 1004 },
    },
  ),
  row(AddFavorite, inGroupOf("owner"), {
    about: "of a group, in the caller's name",
    codes: { stranger: 1004, member: 0, manager: 0, owner: 0, imAdmin: 1004 },
  }),
  row(GetFavorites, async (f) => {
    const { userID, conversationID } = await ofSelf(f);
    await f.admin.post(AddFavorite, { userID, conversationID, seq: 1 });
    return { userID, ...firstPage };
  }),
  row(RemoveFavorite, async (f) => ({ ...(await ofSelf(f)), seq: 1 })),
];

const sending: Row[] = [
  row(SendMsg, async (f) => ({
    ...text,
    sendID: f.self,
    recvID: await f.person(),
  })),
  row(BatchSendMsg, async (f) => ({
    ...text,
    sendID: f.self,
    recvIDs: [await f.person()],
  })),
  row(SendBusinessNotification, async (f) => ({
    key: "k",
    data: marker,
    sendUserID: f.self,
    recvUserID: await f.person(),
  })),
  {
    ...row(SendSimpleMsg, ({ self }) => ({
      sendID: self,
      content: "hello",
    })),
    // The answer of self to what a stranger said.
    query: ({ self, userIDs }) =>
      new URLSearchParams({
        key: Buffer.from(
          JSON.stringify({ sendID: userIDs.stranger, recvID: self }),
        ).toString("base64"),
      }),
  },
];

export const messageRows: Row[] = [
  ...reading,
  ...removing,
  ...favorites,
  ...sending,
];
