import { ContentType, SessionType } from "@parley/protocol/content-types";
import { isGroupChatID, isPairOf } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { Conversation } from "@parley/protocol/generated/conversation";
import {
  ClearConversationTips,
  DeleteMsgsTips,
} from "@parley/protocol/generated/sdkws";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Actor, Cause } from "../http/actor.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { StoredMessage } from "../storage/engine.ts";
import { markBits } from "../message-log/mark-bits.ts";
import type { Notice, Notify } from "../notifications/notify.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { insertDeletions, toRanges } from "./marks.ts";
import { mayBeShared, ownOf } from "./shared-ids.ts";

/** Messages that are in memory at a time. */
const readAtOnce = 500;

/** Users whom a deletion reaches. */
export interface DeleteReach {
  /** Notify the user's other devices. */
  isSyncSelf: boolean;
  /** Delete for everyone. */
  isSyncOther: boolean;
}

/** Deleting and clearing (docs/wire/messages.md#deleting-and-clearing). Seqs are never freed. */
export interface Deleting {
  deleteMessages(
    cause: Cause,
    wanted: { userID: string; conversationID: string; seqs: readonly number[] },
    reach: DeleteReach,
  ): Promise<void>;
  /** Clears conversations; without ids all of the user's. */
  clear(
    cause: Cause,
    userID: string,
    conversationIDs: readonly string[] | undefined,
    reach: DeleteReach,
  ): Promise<void>;
  /** Deletes messages for everyone, without a notice. */
  deletePhysically(
    conversationID: string,
    seqs: readonly number[],
  ): Promise<void>;
}

export interface DeletingDeps {
  log: MessageLog;
  userSeqs: UserSeqs;
  transact: Transact;
  notify: Notify;
  listConversations(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Conversation[]>;
  mirrorMinSeqs(
    tx: Transaction,
    operationID: string,
    ownerID: string,
    bounds: readonly { conversationID: string; minSeq: number }[],
  ): Promise<void>;
  /** Throws 1002 unless the user manages the group. */
  requireGroupManager(userID: string, groupID: string): Promise<void>;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
}

/** Conversations that one commit clears, each with a notice. */
const clearedAtOnce = 50;

/** Messages that one commit takes the content out of. */
const erasedAtOnce = 50;

interface Erasing {
  operationID: string;
  conversationID: string;
  seqs: readonly number[];
  /** null: no notice. */
  notice: Notice | null;
}

interface Clearing {
  operationID: string;
  userID: string;
  isForEveryone: boolean;
  /** Notify the user's other devices. */
  isSelfTold: boolean;
  conversations: readonly {
    conversationID: string;
    /** Newer messages stay. */
    maxSeq: number;
    /**
     * Receivers of the notice that everything is cleared; null: there is
     * nothing to clear.
     */
    to: Pick<Notice, "groupID" | "recvID"> | null;
  }[];
}

export function createDeleting(deps: DeletingDeps): Deleting {
  const { log, userSeqs, transact, notify } = deps;

  /** Authors may, and who manages the group; in OpenIM anybody. */
  async function requireEraser(
    actor: Actor,
    userID: string,
    conversation: Conversation,
    head: Head,
    seqs: readonly number[],
  ): Promise<void> {
    if (actor.isAdmin) return;
    const messages = await Promise.all(
      seqs.map(async (seq) => log.read(head, seq, seq)),
    );
    const isAuthor = messages
      .flat()
      .every(({ data }) => readMsgData(data).sendID === userID);
    if (isAuthor) return;
    if (conversation.conversationType !== SessionType.group)
      throw errors.noPermission("only its sender may delete it for everyone");
    await deps.requireGroupManager(userID, conversation.groupID);
  }

  /** Returns the seqs that belong to the user, as other pairs may share the id. */
  async function ownSeqsOf(
    userID: string,
    head: Head,
    seqs: readonly number[],
  ): Promise<readonly number[]> {
    if (!mayBeShared(head.conversationID)) return seqs;
    const reader = { userID, readsGroup: false };
    const found: StoredMessage[] = [];
    for (const { from, to } of toRanges(seqs))
      for (let at = from; at <= to; at += readAtOnce)
        found.push(
          ...(await log.read(head, at, Math.min(to, at + readAtOnce - 1))),
        );
    return ownOf(reader, head, found).map(({ seq }) => seq);
  }

  /** Clients that hear of it find none of the messages any more. */
  const erasing = deps.changes.define<Erasing, number>(
    "deleting messages for everyone",
    async (tx, { operationID, conversationID, seqs, notice }, at) => {
      const end = at + erasedAtOnce;
      const head = await log.find(conversationID);
      if (head) await log.remove(tx, head, seqs.slice(at, end));
      if (end < seqs.length) return end;
      if (notice) await notify(tx, notice, operationID);
      return undefined;
    },
  );

  /** Clears some of the conversations, from `at` on. */
  const clearing = deps.changes.define<Clearing, number>(
    "clearing conversations",
    async (tx, what, at) => {
      const { operationID, userID, conversations } = what;
      // Skips a user who was deleted in the meantime.
      if ((await deps.listUsers([userID])).length === 0) return undefined;
      const end = at + clearedAtOnce;
      const some = conversations.slice(at, end);
      if (what.isForEveryone) await clearForEveryone(tx, what, some);
      else {
        const bounds = some.map(({ conversationID, maxSeq }) => ({
          conversationID,
          minSeq: maxSeq + 1,
        }));
        await userSeqs.raiseMins(tx, userID, bounds);
        await deps.mirrorMinSeqs(tx, operationID, userID, bounds);
      }
      await userSeqs.raiseRead(
        tx,
        some.map(({ conversationID, maxSeq }) => ({
          ...{ userID, conversationID },
          seq: maxSeq,
        })),
      );
      if (end < conversations.length) return end;
      if (what.isForEveryone || !what.isSelfTold) return undefined;
      const ids = conversations.map(({ conversationID }) => conversationID);
      const notice = { ...renderCleared(userID, ids), recvID: userID };
      await notify(tx, notice, operationID);
      return undefined;
    },
  );

  async function clearForEveryone(
    tx: Transaction,
    { operationID, userID }: Clearing,
    conversations: Clearing["conversations"],
  ): Promise<void> {
    for (const { conversationID, maxSeq, to } of conversations) {
      const head = await log.find(conversationID);
      if (!head || !to) continue;
      const minSeq = maxSeq + 1;
      if (mayBeShared(conversationID))
        for (const each of new Set([userID, to.recvID ?? ""]))
          await userSeqs.raiseMins(tx, each, [{ conversationID, minSeq }]);
      else await log.raiseMinSeq(tx, head, minSeq);
      const notice = { ...renderCleared(userID, [conversationID]), ...to };
      await notify(tx, notice, operationID);
    }
  }

  return {
    async deleteMessages(
      cause,
      { userID, conversationID, seqs },
      { isSyncSelf, isSyncOther },
    ) {
      const [conversation] = await deps.listConversations(userID, [
        conversationID,
      ]);
      if (!conversation)
        throw errors.notFound(`no conversation '${conversationID}'`);
      const head = await log.find(conversationID);
      const inBounds = seqs.filter(
        (seq) => seq >= 1 && seq <= (head?.maxSeq ?? 0),
      );
      const stored = head ? await ownSeqsOf(userID, head, inBounds) : inBounds;
      if (isSyncOther && head)
        await requireEraser(cause.actor, userID, conversation, head, stored);
      const notice = renderDeleted(userID, conversationID, seqs);
      if (isSyncOther) {
        const to = { ...notice, ...addressOf(conversation) };
        const what = {
          operationID: cause.operationID,
          conversationID,
          seqs: stored,
          notice: to,
        };
        const { finished } = await transact((tx) => erasing.begin(tx, what, 0));
        return finished();
      }
      await transact(async (tx) => {
        if (head && stored.length > 0) {
          await insertDeletions(tx, head.id, userID, stored);
          await log.mark(tx, head, markBits.goneOrRevoked);
        }
        if (isSyncSelf)
          await notify(tx, { ...notice, recvID: userID }, cause.operationID);
      });
    },

    async clear(cause, userID, ids, { isSyncSelf, isSyncOther }) {
      const conversations = await deps.listConversations(userID, ids);
      if (isSyncOther && !cause.actor.isAdmin)
        // Re-reads rows by id, because users write their other fields
        // themselves.
        for (const { conversationID } of conversations)
          if (isGroupChatID(conversationID))
            await deps.requireGroupManager(userID, conversationID.slice(3));
          else if (!isPairOf(conversationID, userID))
            throw errors.noPermission(
              `'${conversationID}' belongs to two other users`,
            );
      const heads = new Map(
        (
          await log.findMany(conversations.map((each) => each.conversationID))
        ).map((head) => [head.conversationID, head]),
      );
      const { waited } = await transact((tx) =>
        clearing.begin(
          tx,
          {
            ...{ operationID: cause.operationID, userID },
            isForEveryone: isSyncOther,
            isSelfTold: isSyncSelf,
            conversations: conversations.map((each) => {
              const head = heads.get(each.conversationID);
              return {
                conversationID: each.conversationID,
                maxSeq: head?.maxSeq ?? 0,
                to: isSyncOther && head ? addressOf(each) : null,
              };
            }),
          },
          0,
        ),
      );
      await waited();
    },

    async deletePhysically(conversationID, seqs) {
      const what = { operationID: "", conversationID, seqs, notice: null };
      const { finished } = await transact((tx) => erasing.begin(tx, what, 0));
      await finished();
    },
  };
}

const addressOf = ({
  conversationType,
  groupID,
  userID,
}: Pick<Conversation, "conversationType" | "groupID" | "userID">): Pick<
  Notice,
  "groupID" | "recvID"
> =>
  conversationType === SessionType.group ? { groupID } : { recvID: userID };

const renderDeleted = (
  userID: string,
  conversationID: string,
  seqs: readonly number[],
): Notice => ({
  contentType: ContentType.DeleteMsgsNotification,
  sendID: userID,
  isStored: true,
  detail: DeleteMsgsTips.toJSON({ userID, conversationID, seqs: [...seqs] }),
});

const renderCleared = (userID: string, conversationIDs: string[]): Notice => ({
  contentType: ContentType.ClearConversationNotification,
  sendID: userID,
  detail: ClearConversationTips.toJSON({ userID, conversationIDs }),
});
