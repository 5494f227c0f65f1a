import { isNotificationID } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { DeleteSyncOpt } from "@parley/protocol/generated/msg";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type {
  PullMsgs,
  PullMessageBySeqsResp,
} from "@parley/protocol/generated/sdkws";
import {
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
  SetConversationHasReadSeq,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";

import { route } from "../http/route.ts";
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
  /** Removes messages sent before this time for everyone. */
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
  route(GetNewestSeq, {
    async handle(_call, { userID }) {
      const seqs = await pulling.newestSeqs(userID);
      return {
        maxSeqs: Object.fromEntries(
          seqs.map(({ conversationID, maxSeq }) => [conversationID, maxSeq]),
        ),
      };
    },
  }),
  route(PullMsgBySeq, {
    async handle(_call, { userID, seqRanges, order }) {
      return toPullResponse(
        await pulling.byRanges(userID, seqRanges, order, maxAnswerBytes),
      );
    },
  }),
  route(GetConversationsHasReadAndMaxSeq, {
    async handle(_call, { userID, conversationIDs, returnPinned }) {
      const states = await pulling.seqStates(userID, conversationIDs);
      return {
        seqs: Object.fromEntries(states),
        pinnedConversationIDs: returnPinned ? await pulling.pinned(userID) : [],
      };
    },
  }),
  route(RevokeMsg, {
    check({ seq }) {
      if (seq < 1) throw errors.args("seq counts from 1");
    },
    async handle({ cause }, { userID, conversationID, seq }) {
      await revoke(cause, {
        userID,
        conversationID,
        seq,
      });
    },
  }),
  route(MarkMsgsAsRead, {
    check({ seqs }) {
      if (seqs.length === 0) throw errors.args("seqs is empty");
      requireSeqs(seqs);
    },
    async handle({ cause: { operationID } }, { userID, conversationID, seqs }) {
      await reading.markMessages(operationID, userID, conversationID, seqs);
    },
  }),
  route(MarkConversationAsRead, {
    check({ hasReadSeq, seqs }) {
      requireReadSeq(hasReadSeq);
      requireSeqs(seqs);
    },
    async handle(
      { cause: { operationID } },
      { userID, conversationID, hasReadSeq, seqs },
    ) {
      await reading.markConversation(
        operationID,
        userID,
        conversationID,
        hasReadSeq,
        seqs,
      );
    },
  }),
  route(SetConversationHasReadSeq, {
    check: ({ hasReadSeq }) => requireReadSeq(hasReadSeq),
    async handle(
      { cause: { operationID } },
      { userID, conversationID, hasReadSeq },
    ) {
      await reading.setPosition(
        operationID,
        userID,
        conversationID,
        hasReadSeq,
      );
    },
  }),
  route(ClearConversationMsg, {
    async handle({ cause }, { userID, conversationIDs, deleteSyncOpt }) {
      const reach = toReach(deleteSyncOpt);
      await deleting.clear(cause, userID, conversationIDs, reach);
    },
  }),
  route(UserClearAllMsg, {
    async handle({ cause }, { userID, deleteSyncOpt }) {
      const reach = toReach(deleteSyncOpt);
      await deleting.clear(cause, userID, undefined, reach);
    },
  }),
  route(DeleteMsgs, {
    async handle({ cause }, { deleteSyncOpt, ...wanted }) {
      const reach = toReach(deleteSyncOpt);
      await deleting.deleteMessages(cause, wanted, reach);
    },
  }),
  route(DeleteMsgPhsicalBySeq, {
    async handle(_call, { conversationID, seqs }) {
      await deleting.deletePhysically(conversationID, seqs);
    },
  }),
  route(DeleteMsgPhysical, {
    async handle(_call, { conversationIDs, timestamp }) {
      if (timestamp < 0)
        throw errors.args("timestamp is how many seconds to keep: 0 or more");
      for (const conversationID of new Set(conversationIDs))
        await removeOldMessagesOf(conversationID, now() - timestamp * 1_000);
    },
  }),
  route(SearchMsg, {
    async handle(_call, { pagination, sendTime, ...query }) {
      const page = toPage(pagination);
      if (page.limit > maxFound)
        throw errors.args(`pagination.showNumber is above ${maxFound}`);
      return search({ ...query, sent: toDay(sendTime) }, page);
    },
  }),
  route(GetServerTime, {
    handle: () => Promise.resolve({ serverTime: now() }),
  }),
];

function requireReadSeq(hasReadSeq: number): void {
  if (hasReadSeq < 1) throw errors.args("hasReadSeq counts from 1");
}

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
