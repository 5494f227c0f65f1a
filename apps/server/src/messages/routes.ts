import { isNotificationID } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import {
  ClearConversationsMsgReq,
  DeleteMsgPhysicalBySeqReq,
  DeleteMsgPhysicalReq,
  DeleteMsgsReq,
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  GetServerTimeReq,
  GetServerTimeResp,
  MarkConversationAsReadReq,
  MarkMsgsAsReadReq,
  RevokeMsgReq,
  SearchMessageReq,
  SearchMessageResp,
  SetConversationHasReadSeqReq,
  UserClearAllMsgReq,
} from "@parley/protocol/generated/msg";
import type { DeleteSyncOpt } from "@parley/protocol/generated/msg";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  MsgData,
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
} from "@parley/protocol/generated/sdkws";
import type { PullMsgs } from "@parley/protocol/generated/sdkws";

import { requireAdmin, requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { toPage } from "../storage/page.ts";
import type { Deleting, DeleteReach } from "./deleting.ts";
import type { Pulled, Pulling } from "./pull.ts";
import type { Reading } from "./reading.ts";
import type { Revoke } from "./revoke.ts";
import { toDay } from "./search.ts";
import type { SearchMessages } from "./search.ts";

/** Limit of an answer, the same as of a request. */
const maxAnswerBytes = 16_777_216;
/** Messages of one page of a search. */
const maxFound = 1_000;

export interface MessageRoutesDeps {
  pulling: Pulling;
  reading: Reading;
  revoke: Revoke;
  deleting: Deleting;
  search: SearchMessages;
  /** For everyone what was sent before this time. */
  removeOldMessagesOf(conversationID: string, before: number): Promise<void>;
  now: () => number;
}

export const messageRoutes = ({
  pulling,
  reading,
  revoke,
  deleting,
  search,
  removeOldMessagesOf,
  now,
}: MessageRoutesDeps): Route[] => [
  route("/msg/newest_seq", GetMaxSeqReq, {
    response: GetMaxSeqResp,
    async handle({ actor }, { userID }) {
      requireSelf(actor, userID);
      const seqs = await pulling.newestSeqs(userID);
      return {
        maxSeqs: Object.fromEntries(
          seqs.map(({ conversationID, maxSeq }) => [conversationID, maxSeq]),
        ),
      };
    },
  }),
  route("/msg/pull_msg_by_seq", PullMessageBySeqsReq, {
    response: PullMessageBySeqsResp,
    async handle({ actor }, { userID, seqRanges, order }) {
      requireSelf(actor, userID);
      return toPullResponse(
        await pulling.byRanges(userID, seqRanges, order, maxAnswerBytes),
      );
    },
  }),
  route(
    "/msg/get_conversations_has_read_and_max_seq",
    GetConversationsHasReadAndMaxSeqReq,
    {
      required: ["userID"],
      response: GetConversationsHasReadAndMaxSeqResp,
      async handle({ actor }, { userID, conversationIDs, returnPinned }) {
        requireSelf(actor, userID);
        const states = await pulling.seqStates(userID, conversationIDs);
        return {
          seqs: Object.fromEntries(states),
          pinnedConversationIDs: returnPinned
            ? await pulling.pinned(userID)
            : [],
        };
      },
    },
  ),
  route("/msg/revoke_msg", RevokeMsgReq, {
    required: ["userID", "conversationID"],
    async handle({ actor, operationID }, { userID, conversationID, seq }) {
      if (seq < 1) throw errors.args("seq counts from 1");
      requireSelf(actor, userID);
      await revoke(actor, operationID, { userID, conversationID, seq });
    },
  }),
  route("/msg/mark_msgs_as_read", MarkMsgsAsReadReq, {
    required: ["userID", "conversationID", "seqs"],
    async handle({ actor, operationID }, { userID, conversationID, seqs }) {
      if (seqs.length === 0) throw errors.args("seqs is empty");
      requireSeqs(seqs);
      requireSelf(actor, userID);
      await reading.markMessages(operationID, userID, conversationID, seqs);
    },
  }),
  route("/msg/mark_conversation_as_read", MarkConversationAsReadReq, {
    required: ["userID", "conversationID"],
    async handle(
      { actor, operationID },
      { userID, conversationID, hasReadSeq, seqs },
    ) {
      if (hasReadSeq < 1) throw errors.args("hasReadSeq counts from 1");
      requireSeqs(seqs);
      requireSelf(actor, userID);
      await reading.markConversation(
        operationID,
        userID,
        conversationID,
        hasReadSeq,
        seqs,
      );
    },
  }),
  route("/msg/set_conversation_has_read_seq", SetConversationHasReadSeqReq, {
    required: ["userID", "conversationID"],
    async handle(
      { actor, operationID },
      { userID, conversationID, hasReadSeq },
    ) {
      if (hasReadSeq < 1) throw errors.args("hasReadSeq counts from 1");
      requireSelf(actor, userID);
      await reading.setPosition(
        operationID,
        userID,
        conversationID,
        hasReadSeq,
      );
    },
  }),
  route("/msg/clear_conversation_msg", ClearConversationsMsgReq, {
    required: ["userID", "conversationIDs"],
    async handle(
      { actor, operationID },
      { userID, conversationIDs, deleteSyncOpt },
    ) {
      requireSelf(actor, userID);
      const reach = toReach(deleteSyncOpt);
      await deleting.clear(actor, operationID, userID, conversationIDs, reach);
    },
  }),
  route("/msg/user_clear_all_msg", UserClearAllMsgReq, {
    required: ["userID"],
    async handle({ actor, operationID }, { userID, deleteSyncOpt }) {
      requireSelf(actor, userID);
      const reach = toReach(deleteSyncOpt);
      await deleting.clear(actor, operationID, userID, undefined, reach);
    },
  }),
  route("/msg/delete_msgs", DeleteMsgsReq, {
    required: ["userID", "conversationID", "seqs"],
    async handle({ actor, operationID }, { deleteSyncOpt, ...wanted }) {
      requireSelf(actor, wanted.userID);
      const reach = toReach(deleteSyncOpt);
      await deleting.deleteMessages(actor, operationID, wanted, reach);
    },
  }),
  route("/msg/delete_msg_phsical_by_seq", DeleteMsgPhysicalBySeqReq, {
    async handle({ actor }, { conversationID, seqs }) {
      requireAdmin(actor);
      await deleting.deletePhysically(conversationID, seqs);
    },
  }),
  route("/msg/delete_msg_physical", DeleteMsgPhysicalReq, {
    required: ["conversationIDs"],
    async handle({ actor }, { conversationIDs, timestamp }) {
      requireAdmin(actor);
      if (timestamp < 0)
        throw errors.args("timestamp is how many seconds to keep: 0 or more");
      for (const conversationID of new Set(conversationIDs))
        await removeOldMessagesOf(conversationID, now() - timestamp * 1_000);
    },
  }),
  route("/msg/search_msg", SearchMessageReq, {
    required: ["pagination"],
    response: SearchMessageResp,
    async handle({ actor }, { pagination, sendTime, ...query }) {
      requireAdmin(actor);
      const page = toPage(pagination);
      if (page.limit > maxFound)
        throw errors.args(`pagination.showNumber is above ${maxFound}`);
      return search({ ...query, sent: toDay(sendTime) }, page);
    },
  }),
  route("/msg/get_server_time", GetServerTimeReq, {
    response: GetServerTimeResp,
    handle: () => Promise.resolve({ serverTime: now() }),
  }),
];

function requireSeqs(seqs: readonly number[]): void {
  if (seqs.some((seq) => seq < 1)) throw errors.args("seqs count from 1");
}

const toReach = (option: DeleteSyncOpt | null): DeleteReach => ({
  isSyncSelf: option?.IsSyncSelf ?? false,
  isSyncOther: option?.IsSyncOther ?? false,
});

function toPullResponse(pulled: readonly Pulled[]): PullMessageBySeqsResp {
  const of = (isNotice: boolean): Record<string, PullMsgs> =>
    Object.fromEntries(
      pulled
        .filter(
          ({ conversationID }) => isNotificationID(conversationID) === isNotice,
        )
        .map(({ conversationID, messages, isEnd, endSeq }) => [
          conversationID,
          {
            Msgs: messages.map(({ data }) => MsgData.decode(data)),
            isEnd,
            endSeq,
          },
        ]),
    );
  return { msgs: of(false), notificationMsgs: of(true) };
}
