import { groupChatID } from "@parley/protocol/conversation-ids";

import type { Fixtures } from "./fixtures.ts";
import { marker } from "./fixtures.ts";
import { adminOnly, anyone, firstPage, inGroup, personal } from "./roles.ts";
import { selfOrAdmin } from "./roles.ts";
import type { Caller, Row } from "./roles.ts";

const text = {
  senderPlatformID: 5,
  contentType: 101,
  content: { content: "hello" },
  sessionType: 1,
};
const forEveryone = { deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true } };

/** In self's name, of a conversation of self's. */
const ofSelf = async (f: Fixtures) => {
  const { conversationID, seqs } = await f.conversation();
  const conversationIDs = [conversationID];
  return { userID: f.self, conversationID, conversationIDs, seqs };
};
/** In the caller's own name, of a conversation of self's. */
const ofCaller = async (f: Fixtures, { userID }: Caller) => ({
  ...(await ofSelf(f)),
  userID: userID || f.self,
});

/** In the caller's own name, of a group where this one said something. */
const inGroupOf =
  (speaker: "owner" | "member") =>
  async (f: Fixtures, { userID }: Caller) => {
    const speakerID = speaker === "owner" ? f.userIDs.owner : await f.person();
    const more = speaker === "owner" ? {} : { members: [speakerID] };
    const groupID = await f.group(more);
    await f.message({ sendID: speakerID, groupID, sessionType: 3 });
    const conversationID = groupChatID(groupID);
    const { seqs } = await f.admin.post<{
      seqs: Record<string, { maxSeq: number }>;
    }>("/msg/get_conversations_has_read_and_max_seq", {
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
  selfOrAdmin("/msg/newest_seq", ofSelf),
  selfOrAdmin("/msg/pull_msg_by_seq", async (f) => pull(await ofSelf(f))),
  anyone(
    "/msg/pull_msg_by_seq",
    async (f, caller) => pull(await ofCaller(f, caller)),
    "in the caller's name",
  ),
  inGroup(
    "/msg/pull_msg_by_seq",
    { stranger: 0, member: 0, manager: 0, owner: 0, imAdmin: 0 },
    async (f, caller) => pull(await inGroupOf("owner")(f, caller)),
    "of a group, in the caller's name",
  ),
  adminOnly("/msg/search_msg", () => firstPage),
  selfOrAdmin("/msg/get_conversations_has_read_and_max_seq", ofSelf),
  anyone(
    "/msg/get_conversations_has_read_and_max_seq",
    ofCaller,
    "in the caller's name",
  ),
  selfOrAdmin("/msg/mark_msgs_as_read", ofSelf),
  personal(
    "/msg/mark_msgs_as_read",
    { stranger: 1004, self: 0, imAdmin: 1004 },
    ofCaller,
    "in the caller's name",
  ),
  selfOrAdmin("/msg/mark_conversation_as_read", async (f) => ({
    ...(await ofSelf(f)),
    hasReadSeq: 1,
  })),
  personal(
    "/msg/mark_conversation_as_read",
    { stranger: 1004, self: 0, imAdmin: 1004 },
    async (f, caller) => ({ ...(await ofCaller(f, caller)), hasReadSeq: 1 }),
    "in the caller's name",
  ),
  selfOrAdmin("/msg/set_conversation_has_read_seq", async (f) => ({
    ...(await ofSelf(f)),
    hasReadSeq: 1,
  })),
  personal(
    "/msg/set_conversation_has_read_seq",
    { stranger: 1004, self: 0, imAdmin: 1004 },
    async (f, caller) => ({ ...(await ofCaller(f, caller)), hasReadSeq: 1 }),
    "in the caller's name",
  ),
  anyone("/msg/check_msg_is_send_success", () => ({})),
  anyone("/msg/get_server_time", () => ({})),
];

const removing: Row[] = [
  selfOrAdmin("/msg/revoke_msg", async (f) => ({
    ...(await ofSelf(f)),
    seq: 1,
  })),
  inGroup(
    "/msg/revoke_msg",
    { stranger: 1002, member: 1002, manager: 1002, owner: 0, imAdmin: 0 },
    inGroupOf("owner"),
    "that the owner sent",
  ),
  inGroup(
    "/msg/revoke_msg",
    { stranger: 1002, member: 1002, manager: 0, owner: 0, imAdmin: 0 },
    inGroupOf("member"),
    "that another member sent",
  ),
  selfOrAdmin("/msg/clear_conversation_msg", ofSelf),
  // Other users' conversations are skipped.
  inGroup(
    "/msg/clear_conversation_msg",
    { stranger: 0, member: 1002, manager: 0, owner: 0, imAdmin: 0 },
    async (f, caller) => ({
      ...(await inGroupOf("owner")(f, caller)),
      ...forEveryone,
    }),
    "for everyone in a group",
  ),
  selfOrAdmin("/msg/user_clear_all_msg", ({ self }) => ({ userID: self })),
  selfOrAdmin("/msg/delete_msgs", ofSelf),
  personal(
    "/msg/delete_msgs",
    { stranger: 1004, self: 0, imAdmin: 1004 },
    ofCaller,
    "in the caller's name",
  ),
  personal(
    "/msg/delete_msgs",
    { stranger: 1004, self: 0, imAdmin: 1004 },
    async (f, caller) => ({ ...(await ofCaller(f, caller)), ...forEveryone }),
    "for everyone",
  ),
  inGroup(
    "/msg/delete_msgs",
    { stranger: 1004, member: 1002, manager: 0, owner: 0, imAdmin: 1004 },
    async (f, caller) => ({
      ...(await inGroupOf("member")(f, caller)),
      ...forEveryone,
    }),
    "for everyone in a group",
  ),
  adminOnly("/msg/delete_msg_phsical_by_seq", ofSelf),
  adminOnly("/msg/delete_msg_physical", async (f) => ({
    conversationIDs: [(await f.conversation()).conversationID],
    timestamp: 0,
  })),
];

const sending: Row[] = [
  adminOnly("/msg/send_msg", async (f) => ({
    ...text,
    sendID: f.self,
    recvID: await f.person(),
  })),
  adminOnly("/msg/batch_send_msg", async (f) => ({
    ...text,
    sendID: f.self,
    recvIDs: [await f.person()],
  })),
  adminOnly("/msg/send_business_notification", async (f) => ({
    key: "k",
    data: marker,
    sendUserID: f.self,
    recvUserID: await f.person(),
  })),
  {
    ...selfOrAdmin("/msg/send_simple_msg", ({ self }) => ({
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

export const messageRows: Row[] = [...reading, ...removing, ...sending];
