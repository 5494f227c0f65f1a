import { ContentType, SessionType } from "@parley/protocol/content-types";
import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import { MarkAsReadTips } from "@parley/protocol/generated/sdkws";
import type { Conversation } from "@parley/protocol/generated/conversation";

import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { Notice, Notify } from "../notifications/notify.ts";
import { aboutUser } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { MessageAccess } from "./access.ts";
import type { ReadingHooks } from "./hooks.ts";
import { markRead, toRanges } from "./marks.ts";

/** Read receipts and read positions (docs/wire/messages.md#read-receipts). They only go up. */
export interface Reading {
  /** Everything up to `hasReadSeq`, and some more. */
  markConversation(
    operationID: string,
    userID: string,
    conversationID: string,
    hasReadSeq: number,
    seqs: readonly number[],
  ): Promise<void>;
  /** Just these; the last of them is the position. */
  markMessages(
    operationID: string,
    userID: string,
    conversationID: string,
    seqs: readonly number[],
  ): Promise<void>;
  /** Sets the read position without a receipt to the peer. */
  setPosition(
    operationID: string,
    userID: string,
    conversationID: string,
    hasReadSeq: number,
  ): Promise<void>;
}

export interface ReadingDeps {
  log: MessageLog;
  access: MessageAccess;
  userSeqs: UserSeqs;
  transact: Transact;
  notify: Notify;
  /** Throws 1004. */
  getConversation(
    userID: string,
    conversationID: string,
  ): Promise<Conversation>;
  hooks?: ReadingHooks;
}

/** Newest seqs that a receipt names: with more no client could take it in. */
const maxNamed = 10_000;

export function createReading(deps: ReadingDeps): Reading {
  const { log, access, userSeqs, transact, notify, hooks } = deps;

  /** Raises and marks in one transaction with the receipt. */
  async function read(
    operationID: string,
    conversation: Conversation,
    head: Head | null,
    {
      raiseTo,
      marked,
      notice,
      told,
    }: {
      raiseTo: number;
      marked: readonly { from: number; to: number }[];
      notice: Notice;
      told?: (tx: Transaction) => void;
    },
  ): Promise<void> {
    const { ownerUserID: userID, conversationID } = conversation;
    await transact(
      async (tx) => {
        if (head && isSingleChatID(conversationID))
          await markRead(tx, head.id, userID, marked);
        await userSeqs.raiseRead(tx, [
          { userID, conversationID, seq: raiseTo },
        ]);
        await notify(tx, notice, operationID);
        told?.(tx);
      },
      { about: [aboutUser(userID)] },
    );
  }

  return {
    async markConversation(operationID, userID, conversationID, wanted, seqs) {
      const conversation = await deps.getConversation(userID, conversationID);
      const head = await log.find(conversationID);
      const before = head ? await access.readSeqOf(userID, head) : 0;
      // OpenIM stores more than there is (docs/wire/deviations.md).
      const raiseTo = Math.min(wanted, head?.maxSeq ?? 0);
      const hasReadSeq = Math.max(before, raiseTo);
      const { conversationType } = conversation;
      if (conversationType !== SessionType.single) {
        const notice = renderRead(userID, conversationID, hasReadSeq, null);
        await read(operationID, conversation, head, {
          raiseTo,
          marked: [],
          notice: { ...notice, recvID: userID },
          told(tx) {
            if (conversationType !== SessionType.group) return;
            const told = { conversationID, userID, conversationType };
            hooks?.groupRead?.(tx, operationID, {
              ...told,
              hasReadSeq: wanted,
            });
          },
        });
        return;
      }
      const from = Math.max(before, raiseTo - maxNamed) + 1;
      const range = Array.from(
        { length: Math.max(0, raiseTo - from + 1) },
        (_, i) => from + i,
      );
      const named = [...new Set([...range, ...seqs])];
      const notice = renderRead(userID, conversationID, hasReadSeq, named);
      const others = seqs.filter(
        (seq) => seq <= (head?.maxSeq ?? 0) && (seq <= before || seq > raiseTo),
      );
      await read(operationID, conversation, head, {
        raiseTo,
        marked: [
          ...(raiseTo > before ? [{ from: before + 1, to: raiseTo }] : []),
          ...toRanges(others),
        ],
        notice: {
          ...notice,
          recvID: conversation.userID,
          isStored: conversation.userID !== userID,
        },
        told(tx) {
          const told = { conversationID, userID, seqs, conversationType };
          hooks?.messagesRead?.(tx, operationID, told);
        },
      });
    },

    async markMessages(operationID, userID, conversationID, seqs) {
      const conversation = await deps.getConversation(userID, conversationID);
      const head = await log.find(conversationID);
      const last = seqs.at(-1) ?? 0;
      if (last > (head?.maxSeq ?? 0))
        throw errors.args(`seq ${last} is above the newest`);
      const notice = renderRead(userID, conversationID, last, seqs);
      const isGroup = conversation.conversationType === SessionType.group;
      // A former member has a bound, and nothing beyond it is theirs.
      const { maxSeq: bound } = await userSeqs.get(userID, conversationID);
      const recvID = isGroup ? userID : conversation.userID;
      await read(operationID, conversation, head, {
        raiseTo: last,
        marked: toRanges(seqs.filter((seq) => seq <= (head?.maxSeq ?? 0))),
        notice: {
          ...notice,
          ...(isGroup && bound === 0
            ? { groupID: conversation.groupID, isStored: true }
            : { recvID, isStored: recvID !== userID }),
        },
        told(tx) {
          const { conversationType } = conversation;
          const told = { conversationID, userID, seqs, conversationType };
          hooks?.messagesRead?.(tx, operationID, told);
        },
      });
    },

    async setPosition(operationID, userID, conversationID, hasReadSeq) {
      const head = await log.find(conversationID);
      const above = `hasReadSeq ${hasReadSeq} is above the newest seq`;
      if (!head) throw errors.args(above);
      // Only then: a stranger is not to learn the newest seq.
      const conversation = await deps.getConversation(userID, conversationID);
      if (hasReadSeq > head.maxSeq) throw errors.args(above);
      const notice = renderRead(userID, conversationID, hasReadSeq, null);
      await read(operationID, conversation, head, {
        raiseTo: hasReadSeq,
        marked: [],
        notice: { ...notice, recvID: userID },
      });
    },
  };
}

const renderRead = (
  markAsReadUserID: string,
  conversationID: string,
  hasReadSeq: number,
  seqs: readonly number[] | null,
): Notice => ({
  contentType: ContentType.HasReadReceipt,
  sendID: markAsReadUserID,
  detail: MarkAsReadTips.toJSON({
    markAsReadUserID,
    conversationID,
    hasReadSeq,
    seqs: [...(seqs ?? [])],
  }),
});
