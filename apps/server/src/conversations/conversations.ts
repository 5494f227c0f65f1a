import { SessionType } from "@parley/protocol/content-types";
import {
  groupChatID,
  notificationChatID,
  singleChatID,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";
import type {
  Conversation,
  ConversationReq,
} from "@parley/protocol/generated/conversation";
import type { Kysely } from "kysely";

import type { Notify } from "../notifications/notify.ts";
import { chunksOf } from "../storage/chunks.ts";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import {
  bumpVersionEach,
  bumpVersions,
  listChanges,
  versionOf,
  VersionState,
} from "../storage/versions.ts";
import type { Changes, Version } from "../storage/versions.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import {
  renderConversationChanged,
  renderPrivateChatSet,
} from "./notifications.ts";
import {
  deleteRows,
  findRow,
  insertRow,
  insertRows,
  listRowBounds,
  listRowIDs,
  listRows,
  listRowsOf,
  listRowsWithPeer,
  pageRows,
  setMinSeqs,
  toConversation,
  updateRow,
  updateRowOf,
} from "./store.ts";
import type { NewRow, ConversationRow, RowChange } from "./store.ts";
import type { VersionedRows } from "./versioned-rows.ts";

export interface Conversations extends Pick<
  VersionedRows,
  "glance" | "isDeleted" | "ensure" | "rowsChanged"
> {
  get(ownerID: string, conversationID: string): Promise<Conversation>;
  /** All of the owner's in order of creation, or those named. */
  list(
    ownerID: string,
    conversationIDs?: readonly string[],
  ): Promise<Conversation[]>;
  /** The same for pulling. */
  listBounds(
    ownerID: string,
    conversationIDs?: readonly string[],
  ): Promise<{ conversationID: string; maxSeq: number; isPinned: boolean }[]>;
  page(
    ownerID: string,
    page: Page,
  ): Promise<{ total: number; conversations: Conversation[] }>;
  listIDs(
    ownerID: string,
    which?: { recvMsgOpt: number } | { isPinned: true },
  ): Promise<string[]>;
  /** The ids with their hash and version (docs/wire/sync.md#full-lists). */
  fullIDs(
    ownerID: string,
    idHash: bigint,
  ): Promise<Version & { equal: boolean; conversationIDs: string[] }>;
  incremental(
    ownerID: string,
    known: Version,
  ): Promise<{
    changes: Changes;
    insert: Conversation[];
    update: Conversation[];
  }>;
  set(
    operationID: string,
    userIDs: readonly string[],
    conversation: ConversationReq,
  ): Promise<void>;
  /** Copies a user's new lower bounds to the rows, and tells the user of each. */
  mirrorMinSeqs(
    tx: Transaction,
    operationID: string,
    ownerID: string,
    bounds: readonly { conversationID: string; minSeq: number }[],
  ): Promise<void>;
  setExOfPeer(peerID: string, ex: string): Promise<void>;
  delete(ownerID: string, conversationIDs: readonly string[]): Promise<void>;
  /** The same with a transaction; answers those that there were. */
  drop(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): Promise<string[]>;
}

export interface ConversationsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  rows: VersionedRows;
  notify: Notify;
  /** Called for rows that their owner removed. */
  rowsDeleted(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): void;
  /** The user may have a row of this chat (messages/access.ts). */
  concerns(userID: string, conversationID: string): Promise<boolean>;
  changes: Pick<LargeChanges, "define">;
  now: () => number;
}

/** Rows that one commit changes, each with a notice. */
const setAtOnce = 50;

export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, transact, rows, notify, now } = deps;
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

  /** Answers whether anything is another than before. */
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

  interface Setting {
    operationID: string;
    userIDs: readonly string[];
    conversation: ConversationReq;
  }

  /** The first part leaves nothing out: its errors reach the caller. */
  const howFrom = (at: number) => (at === 0 ? "refuse" : "leave out");

  /** Settings of some of the owners, from `at` on. */
  const settings = deps.changes.define<Setting, number>(
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

  /** Sets `ex` in the rows of all users who have a chat with the peer. */
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

  async function drop(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): Promise<string[]> {
    const gone = await deleteRows(tx, ownerID, conversationIDs);
    if (gone.length > 0) {
      await changed(tx, ownerID, gone, VersionState.delete);
      deps.rowsDeleted(tx, ownerID, gone);
    }
    return gone;
  }

  return {
    ...rows,

    async get(ownerID, conversationID) {
      const row = await findRow(db, ownerID, conversationID);
      if (!row) throw errors.notFound(`no conversation '${conversationID}'`);
      return toConversation(row);
    },

    async list(ownerID, conversationIDs) {
      const rows = await listRows(db, ownerID, conversationIDs);
      return rows.map(toConversation);
    },

    async listBounds(ownerID, conversationIDs) {
      const rows = await listRowBounds(db, ownerID, conversationIDs);
      return rows.map((row) => ({
        conversationID: row.conversation_id,
        maxSeq: row.max_seq,
        isPinned: row.is_pinned === 1,
      }));
    },

    async page(ownerID, page) {
      const { total, rows } = await pageRows(db, ownerID, page);
      return { total, conversations: rows.map(toConversation) };
    },

    listIDs: (ownerID, which) => listRowIDs(db, ownerID, which),

    async fullIDs(ownerID, idHash) {
      const version = await versionOf(deps, "conversations", ownerID);
      const ids = await listRowIDs(db, ownerID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, conversationIDs: equal ? [] : ids };
    },

    async incremental(ownerID, known) {
      const current = await versionOf(deps, "conversations", ownerID);
      const changes = await listChanges(
        db,
        "conversations",
        ownerID,
        current,
        known,
      );
      if (changes.full) return { changes, insert: [], update: [] };
      const rows = await listRows(db, ownerID, [
        ...changes.insert,
        ...changes.update,
      ]);
      const of = (ids: readonly string[]) =>
        rows
          .filter((row) => ids.includes(row.conversation_id))
          .map(toConversation);
      return {
        changes,
        insert: of(changes.insert),
        update: of(changes.update),
      };
    },

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

    async mirrorMinSeqs(tx, operationID, ownerID, bounds) {
      const set = await setMinSeqs(tx, ownerID, bounds);
      // A row that was removed meanwhile is skipped: its version log has the
      // removal.
      const ids = bounds
        .map(({ conversationID }) => conversationID)
        .filter((id) => set.has(id));
      await bumpVersionEach(
        tx,
        "conversations",
        ownerID,
        VersionState.update,
        ids,
      );
      for (const id of ids)
        await notify(tx, renderConversationChanged(ownerID, [id]), operationID);
    },

    async setExOfPeer(peerID, ex) {
      const { waited } = await transact((tx) =>
        exOfPeer.begin(tx, { peerID, ex }, 0),
      );
      await waited();
    },

    async delete(ownerID, conversationIDs) {
      await transact((tx) => drop(tx, ownerID, conversationIDs));
    },

    drop,
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

/** Only what was given; isPrivateChat goes a way of its own. */
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
