import { groupChatID } from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  GetConversationsHasReadAndMaxSeqReq,
  GetLastMessageReq,
  GetSeqMessageReq,
} from "@parley/protocol/generated/msg";
import { DelUserPushTokenReq } from "@parley/protocol/generated/push";
import {
  GetMaxSeqReq,
  MsgData,
  PullMessageBySeqsReq,
  SetAppBackgroundStatusReq,
  SubUserOnlineStatus,
} from "@parley/protocol/generated/sdkws";

import type { Fixtures } from "./fixtures.ts";
import type { Asker, Codes } from "./roles.ts";

/** One frame and what it answers each role; nobody has no connection. */
export interface FrameRow {
  reqIdentifier: number;
  about: string;
  codes: Codes;
  data(fixtures: Fixtures, caller: Asker): Uint8Array | Promise<Uint8Array>;
}

type Read = (userID: string, conversationID: string) => Uint8Array;

/** Frames that read messages or seqs in a user's name. */
const reads: [reqIdentifier: number, data: Read][] = [
  [ReqIdentifier.getNewestSeq, (userID) => GetMaxSeqReq.encode({ userID })],
  [
    ReqIdentifier.pullMsgByRange,
    (userID, conversationID) =>
      PullMessageBySeqsReq.encode({
        userID,
        seqRanges: [{ conversationID, begin: 1, end: 9, num: 9 }],
      }),
  ],
  [
    ReqIdentifier.pullMsgBySeqList,
    (userID, conversationID) =>
      GetSeqMessageReq.encode({
        userID,
        conversations: [{ conversationID, seqs: [1, 2] }],
      }),
  ],
  [
    ReqIdentifier.getConvMaxReadSeq,
    (userID, conversationID) =>
      GetConversationsHasReadAndMaxSeqReq.encode({
        userID,
        conversationIDs: [conversationID],
      }),
  ],
  [
    ReqIdentifier.pullConvLastMessage,
    (userID, conversationID) =>
      GetLastMessageReq.encode({ userID, conversationIDs: [conversationID] }),
  ],
];

const reading = reads.flatMap(([reqIdentifier, data]): FrameRow[] => [
  {
    reqIdentifier,
    about: "in the name of self",
    codes: { stranger: 1002, self: 0, imAdmin: 0 },
    data: async (f) => data(f.self, (await f.conversation()).conversationID),
  },
  {
    reqIdentifier,
    about: "of a chat of self, in the caller's own name",
    codes: { stranger: 0, self: 0, imAdmin: 0 },
    data: async (f, { userID }) =>
      data(userID, (await f.conversation()).conversationID),
  },
  {
    reqIdentifier,
    about: "of a group, in the caller's own name",
    codes: { stranger: 0, member: 0, manager: 0, owner: 0, imAdmin: 0 },
    data: async (f, { userID }) => data(userID, await groupChat(f)),
  },
]);

async function groupChat(f: Fixtures): Promise<string> {
  const groupID = await f.group();
  const sendID = f.userIDs.owner;
  await f.message({ sendID, groupID, sessionType: 3 });
  return groupChatID(groupID);
}

const message = (more: Partial<MsgData>): Uint8Array =>
  MsgData.encode({
    clientMsgID: crypto.randomUUID(),
    senderPlatformID: 5,
    sessionType: 1,
    msgFrom: 100,
    contentType: 101,
    content: Buffer.from('{"content":"hello"}'),
    status: 1,
    ...more,
  });

const { sendMsg } = ReqIdentifier;
const personal = { stranger: 0, self: 0, imAdmin: 0 };

const sending: FrameRow[] = [
  {
    reqIdentifier: sendMsg,
    about: "in the name of self",
    codes: { stranger: 1002, self: 0, imAdmin: 0 },
    data: async (f) => message({ sendID: f.self, recvID: await f.person() }),
  },
  {
    reqIdentifier: sendMsg,
    about: "to a group, in the caller's own name",
    codes: { stranger: 1203, member: 0, manager: 0, owner: 0, imAdmin: 0 },
    data: async (f, { userID }) =>
      message({ sendID: userID, groupID: await f.group(), sessionType: 3 }),
  },
  {
    reqIdentifier: sendMsg,
    about: "a notification",
    codes: { stranger: 1002, self: 1002, imAdmin: 0 },
    data: async (f, { userID }) =>
      message({
        sendID: userID,
        recvID: await f.person(),
        contentType: 1203,
        options: { isNotNotification: false, isSendMsg: false },
      }),
  },
  {
    reqIdentifier: sendMsg,
    about: "as an official account",
    codes: { stranger: 1002, self: 1002, imAdmin: 0 },
    data: async (f, { userID }) =>
      message({
        sendID: userID,
        recvID: await f.person(),
        sessionType: 4,
        contentType: 1400,
      }),
  },
  {
    reqIdentifier: ReqIdentifier.sendSignalMsg,
    about: "",
    codes: { stranger: 500, self: 500, imAdmin: 500 },
    data: ({ self }) => message({ sendID: self }),
  },
];

/** These are about the connection, whomever they name. */
const ofConnection: FrameRow[] = [
  {
    reqIdentifier: ReqIdentifier.logout,
    about: "",
    codes: personal,
    data: ({ self }) =>
      DelUserPushTokenReq.encode({ userID: self, platformID: 5 }),
  },
  {
    reqIdentifier: ReqIdentifier.setBackgroundStatus,
    about: "",
    codes: personal,
    data: ({ self }) =>
      SetAppBackgroundStatusReq.encode({ userID: self, isBackground: true }),
  },
  {
    reqIdentifier: ReqIdentifier.subUserOnlineStatus,
    about: "",
    codes: personal,
    data: ({ self }) => SubUserOnlineStatus.encode({ subscribeUserID: [self] }),
  },
];

export const frameRows: FrameRow[] = [...reading, ...sending, ...ofConnection];
