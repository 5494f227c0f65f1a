import { SessionType } from "@parley/protocol/content-types";
import {
  groupChatID,
  notificationChatID,
  singleChatID,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";
import type { ConversationReq } from "@parley/protocol/generated/conversation";

import type { Notify } from "../notifications/notify.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import { bumpVersions, VersionState } from "../storage/versions.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import {
  renderConversationChanged,
  renderPrivateChatSet,
} from "./notifications.ts";
import { listRowsOf, listRowsWithPeer, updateRowOf } from "./owners-store.ts";
import { findRow, insertRow, insertRows, updateRow } from "./store.ts";
import type { NewRow, ConversationRow, RowChange } from "./store.ts";
import type { VersionedRows } from "./versioned-rows.ts";

/** Changes the settings of conversations, for one owner or for many. */
export interface ChatSettings {
  set(
    operationID: string,
    userIDs: readonly string[],
    conversation: ConversationReq,
  ): Promise<void>;
  /** Sets `ex` in the rows of all users who have a chat with the peer. */
  setExOfPeer(peerID: string, ex: string): Promise<void>;
}

export interface SettingDeps {
  transact: Transact;
  rows: VersionedRows;
  notify: Notify;
  /** The user may have a row of this chat (messages/access.ts). */
  concerns(userID: string, conversationID: string): Promise<boolean>;
  changes: Pick<LargeChanges, "define">;
  now: () => number;
}

/** Number of rows that a commit changes, each with a notice. */
const setAtOnce = 50;

interface Wanted {
  operationID: string;
  userIDs: readonly string[];
  conversation: ConversationReq;
}

export function createSetting(deps: SettingDeps): ChatSettings {
  const { transact, rows, notify, now } = deps;
  const { changed, rowsChanged, rowsMade } = rows;

  async function make(
    tx: Transaction,
    row: NewRow,
    values: RowChange,
  ): Promise<boolean> {
    const isNew = await insertRow(tx, row, { ...values, create_time: now() });
    if (isNew)
      await changed(
        tx,
        row.ownerUserID,
        [row.conversationID],
        VersionState.insert,
      );
    return isNew;
  }

  async function write(
    tx: Transaction,
    ownerID: string,
    conversationID: string,
    change: RowChange,
  ): Promise<void> {
    await updateRow(tx, ownerID, conversationID, change);
    await changed(tx, ownerID, [conversationID], VersionState.update);
  }

  /** Returns whether the row changed. */
  async function makeOrWrite(
    tx: Transaction,
    row: NewRow,
    change: RowChange,
  ): Promise<boolean> {
    const known = await findRow(tx.db, row.ownerUserID, row.conversationID);
    if (!known) return make(tx, row, change);
    if (isSame(known, change)) return false;
    await write(tx, row.ownerUserID, row.conversationID, change);
    return true;
  }

  /**
   * Returns each owner's row, existing or new. Rows open conversations, so
   * foreign conversations get none: they are skipped or refused.
   */
  async function ownRows(
    tx: Transaction,
    ownerIDs: readonly string[],
    wanted: ConversationReq,
    how: "leave out" | "refuse",
  ): Promise<{ row: NewRow; known: ConversationRow | undefined }[]> {
    const { conversationID, conversationType, userID, groupID } = wanted;
    const found = new Map<string, ConversationRow>();
    for (const chunk of chunksOf(ownerIDs))
      for (const row of await listRowsOf(
        tx.db,
        chunk.map((ownerID) => ({ ownerID, conversationID })),
      ))
        found.set(row.owner_user_id, row);
    const rows: { row: NewRow; known: ConversationRow | undefined }[] = [];
    for (const ownerUserID of ownerIDs) {
      const known = found.get(ownerUserID);
      const row = known
        ? {
            ownerUserID,
            conversationID,
            conversationType: known.conversation_type,
            userID: known.user_id,
            groupID: known.group_id,
          }
        : { ownerUserID, conversationID, conversationType, userID, groupID };
      if (!known) {
        const refusal = await findRefusal(ownerUserID, wanted);
        if (refusal && how === "refuse") throw refusal;
        if (refusal) continue;
      }
      rows.push({ row, known });
    }
    return rows;
  }

  async function findRefusal(
    ownerID: string,
    wanted: ConversationReq,
  ): Promise<ProtocolError | undefined> {
    const { conversationID, conversationType, userID, groupID } = wanted;
    if (conversationID !== chatIDOf(ownerID, wanted))
      return errors.args(
        `conversationID '${conversationID}' is not that of ${ownerID}, conversationType ${conversationType}, userID '${userID}' and groupID '${groupID}'`,
      );
    if (!(await deps.concerns(ownerID, conversationID)))
      return errors.noPermission(`${ownerID} is not in '${groupID}'`);
    return undefined;
  }

  /** Errors of the first part reach the caller; later parts skip users. */
  const howFrom = (at: number) => (at === 0 ? "refuse" : "leave out");

  /** Sets the rows of the next owners, from `at` on. */
  const settings = deps.changes.define<Wanted, number>(
    "settings of a conversation",
    async (tx, { operationID, userIDs, conversation }, at) => {
      const end = at + setAtOnce;
      const some = userIDs.slice(at, end);
      const own = await ownRows(tx, some, conversation, howFrom(at));
      await setRows(tx, operationID, own, conversation);
      return end < userIDs.length ? end : undefined;
    },
  );

  async function setRows(
    tx: Transaction,
    operationID: string,
    own: Awaited<ReturnType<typeof ownRows>>,
    conversation: ConversationReq,
  ): Promise<void> {
    const change = toChange(conversation);
    const { conversationID, isPrivateChat } = conversation;
    const told = new Set<string>();
    if (Object.keys(change).length > 0) {
      const made = await insertRows(
        tx,
        own
          .filter(({ known }) => !known)
          .map(({ row }) => ({ ...row, begins: change })),
        now(),
      );
      await rowsMade(tx, made);
      const others = own
        .filter(({ known }) => known && !isSame(known, change))
        .map(({ row }) => row.ownerUserID);
      await updateRowOf(tx, conversationID, others, change);
      await rowsChanged(tx, conversationID, others, VersionState.update);
      for (const { ownerUserID } of made) told.add(ownerUserID);
      for (const ownerID of others) told.add(ownerID);
    }
    for (const { row } of own) {
      const { ownerUserID: ownerID, userID, conversationType } = row;
      if (told.has(ownerID))
        await notify(
          tx,
          renderConversationChanged(ownerID, [conversationID]),
          operationID,
        );
      if (isPrivateChat === null || conversationType === SessionType.group)
        continue;
      const both = { is_private_chat: isPrivateChat ? 1 : 0 };
      await makeOrWrite(tx, row, both);
      await makeOrWrite(
        tx,
        { ...row, ownerUserID: userID, userID: ownerID },
        both,
      );
      await notify(
        tx,
        renderPrivateChatSet(ownerID, userID, conversationID, isPrivateChat),
        operationID,
      );
    }
  }

  const exOfPeer = deps.changes.define<{ peerID: string; ex: string }, number>(
    "ex of the chats with a user",
    async (tx, { peerID, ex }, after) => {
      const rows = await listRowsWithPeer(tx.db, peerID, after, setAtOnce);
      const idOf = new Map(
        rows.map((row) => [row.owner_user_id, row.conversation_id]),
      );
      const owners = [...idOf.keys()];
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0)
        await tx.db
          .updateTable("conversations")
          .set({ ex })
          .where("id", "in", ids)
          .execute();
      await bumpVersions(
        tx,
        "conversations",
        owners,
        VersionState.update,
        (ownerID) => idOf.get(ownerID) ?? "",
      );
      return ids.length < setAtOnce ? undefined : ids.at(-1);
    },
  );

  return {
    async set(operationID, userIDs, conversation) {
      const owners = [...new Set(userIDs)];
      const { waited } = await transact(async (tx) => {
        // All or none: those who come later are looked at here, too.
        if (owners.length > setAtOnce)
          await ownRows(tx, owners, conversation, "refuse");
        const what = { operationID, userIDs: owners, conversation };
        return settings.begin(tx, what, 0);
      });
      await waited();
    },

    async setExOfPeer(peerID, ex) {
      const { waited } = await transact((tx) =>
        exOfPeer.begin(tx, { peerID, ex }, 0),
      );
      await waited();
    },
  };
}

function chatIDOf(
  ownerID: string,
  { conversationType, userID, groupID }: ConversationReq,
): string | undefined {
  switch (conversationType) {
    case SessionType.single:
      return singleChatID(ownerID, userID);
    case SessionType.notification:
      return notificationChatID(ownerID, userID);
    case SessionType.group:
      return groupChatID(groupID);
    default:
      return undefined;
  }
}

/** Returns the columns of the given fields, without isPrivateChat, which setRows handles. */
function toChange(wanted: ConversationReq): RowChange {
  const bit = (value: boolean | null) =>
    value === null ? null : value ? 1 : 0;
  const change = {
    recv_msg_opt: wanted.recvMsgOpt,
    is_pinned: bit(wanted.isPinned),
    attached_info: wanted.attachedInfo,
    ex: wanted.ex,
    burn_duration: wanted.burnDuration,
    group_at_type: wanted.groupAtType,
    msg_destruct_time: wanted.msgDestructTime,
    is_msg_destruct: bit(wanted.isMsgDestruct),
  };
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== null),
  );
}

const isSame = (row: ConversationRow, change: RowChange): boolean =>
  Object.entries(change).every(
    ([column, value]) => row[column as keyof ConversationRow] === value,
  );
