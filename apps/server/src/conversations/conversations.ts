import { SessionType } from "@parley/protocol/content-types";
import {
  groupChatID,
  notificationChatID,
  singleChatID,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type {
  Conversation,
  ConversationReq,
} from "@parley/protocol/generated/conversation";
import type { Kysely } from "kysely";

import type { Notify } from "../messages/notify.ts";
import { createCache } from "../storage/cache.ts";
import type { Now } from "../storage/engine.ts";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { together } from "../storage/together.ts";
import {
  bumpVersion,
  bumpVersions,
  findState,
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
  toConversation,
  updateRow,
} from "./store.ts";
import type { NewRow, Row, RowChange } from "./store.ts";

/** What sending and pulling need to know of a row, remembered. */
export interface RowGlance {
  recvMsgOpt: number;
  /** Last readable seq of one who left a group; 0 = no bound. */
  maxSeq: number;
}

export interface Conversations {
  /** null when the user has no such conversation. */
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  get(ownerID: string, conversationID: string): Promise<Conversation>;
  /** All of the owner's in order of creation, or those named. */
  list(
    ownerID: string,
    conversationIDs?: readonly string[],
  ): Promise<Conversation[]>;
  /** Of the same, what pulling asks for. */
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
  /** The ids with their hash and version (notifications.md §5). */
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
  /**
   * Makes the rows that are missing, all of one conversation; no notice goes
   * out. Answers the owners of the new ones.
   */
  ensure(tx: Transaction, rows: readonly NewRow[]): Promise<string[]>;
  /** These owners' rows of the conversation changed: a version more each. */
  rowsChanged(
    tx: Transaction,
    conversationID: string,
    ownerIDs: readonly string[],
    state: VersionState,
  ): Promise<void>;
  set(
    operationID: string,
    userIDs: readonly string[],
    conversation: ConversationReq,
  ): Promise<void>;
  /** Copies a user's new lower bound to the row, and tells the user. */
  mirrorMinSeq(
    tx: Transaction,
    operationID: string,
    ownerID: string,
    conversationID: string,
    minSeq: number,
  ): Promise<void>;
  setExOfPeer(peerID: string, ex: string): Promise<void>;
  delete(ownerID: string, conversationIDs: readonly string[]): Promise<void>;
  /** The same with a transaction; answers those that there were. */
  drop(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): Promise<string[]>;
  /** Whether the owner had this row and has it no more. */
  isDeleted(ownerID: string, conversationID: string): Promise<boolean>;
}

export interface ConversationsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  notify: Notify;
  /** Hears of rows that their owner removed. */
  rowsDeleted(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): void;
  /** Whether the user may have a row of this chat (messages/access.ts). */
  concerns(userID: string, conversationID: string): Promise<boolean>;
  now: () => number;
}

export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, transact, notify, now } = deps;
  const keyOf = (ownerID: string, conversationID: string) =>
    `${ownerID}\0${conversationID}`;

  const glances = createCache<RowGlance | null>(
    200_000,
    together(async (keys) => {
      const rows = await listRowsOf(
        db,
        keys.map((key) => {
          const [ownerID = "", conversationID = ""] = key.split("\0");
          return { ownerID, conversationID };
        }),
      );
      const found = new Map(
        rows.map((row) => [
          keyOf(row.owner_user_id, row.conversation_id),
          { recvMsgOpt: row.recv_msg_opt, maxSeq: row.max_seq },
        ]),
      );
      return keys.map((key) => found.get(key) ?? null);
    }),
  );

  /** One row written is one version more (rest.json). */
  async function changed(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
    state: VersionState,
  ): Promise<void> {
    await bumpVersion(tx, "conversations", ownerID, state, conversationIDs);
    tx.afterCommit(() => {
      for (const id of conversationIDs) glances.invalidate(keyOf(ownerID, id));
    });
  }

  async function rowsChanged(
    tx: Transaction,
    conversationID: string,
    ownerIDs: readonly string[],
    state: VersionState,
  ): Promise<void> {
    await bumpVersions(tx, "conversations", ownerIDs, state, conversationID);
    tx.afterCommit(() => {
      for (const ownerID of ownerIDs)
        glances.invalidate(keyOf(ownerID, conversationID));
    });
  }

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
   * The owner's row, as it is or is to be made. Rows open conversations, so
   * none is made of what is not the owner's.
   */
  async function ownRow(
    tx: Transaction,
    ownerUserID: string,
    wanted: ConversationReq,
  ): Promise<NewRow> {
    const { conversationID, conversationType, userID, groupID } = wanted;
    const known = await findRow(tx.db, ownerUserID, conversationID);
    if (known)
      return {
        ownerUserID,
        conversationID,
        conversationType: known.conversation_type,
        userID: known.user_id,
        groupID: known.group_id,
      };
    if (conversationID !== chatIDOf(ownerUserID, wanted))
      throw errors.args(
        `conversationID '${conversationID}' is not that of ${ownerUserID}, conversationType ${conversationType}, userID '${userID}' and groupID '${groupID}'`,
      );
    if (!(await deps.concerns(ownerUserID, conversationID)))
      throw errors.noPermission(`${ownerUserID} is not in '${groupID}'`);
    return { ownerUserID, conversationID, conversationType, userID, groupID };
  }

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
    glance: (ownerID, conversationID) =>
      glances.get(keyOf(ownerID, conversationID)),

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

    async ensure(tx, rows) {
      const [first] = rows;
      if (!first) return [];
      const owners = await insertRows(tx, rows, now());
      await rowsChanged(tx, first.conversationID, owners, VersionState.insert);
      return owners;
    },

    rowsChanged,

    async set(operationID, userIDs, conversation) {
      const change = toChange(conversation);
      const { conversationID, isPrivateChat } = conversation;
      await transact(async (tx) => {
        for (const ownerID of userIDs) {
          const row = await ownRow(tx, ownerID, conversation);
          const { userID, conversationType } = row;
          if (
            Object.keys(change).length > 0 &&
            (await makeOrWrite(tx, row, change))
          )
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
            renderPrivateChatSet(
              ownerID,
              userID,
              conversationID,
              isPrivateChat,
            ),
            operationID,
          );
        }
      });
    },

    async mirrorMinSeq(tx, operationID, ownerID, conversationID, minSeq) {
      await write(tx, ownerID, conversationID, { min_seq: minSeq });
      await notify(
        tx,
        renderConversationChanged(ownerID, [conversationID]),
        operationID,
      );
    },

    async setExOfPeer(peerID, ex) {
      await transact(async (tx) => {
        for (const row of await listRowsWithPeer(tx.db, peerID))
          await write(tx, row.owner_user_id, row.conversation_id, { ex });
      });
    },

    async delete(ownerID, conversationIDs) {
      await transact((tx) => drop(tx, ownerID, conversationIDs));
    },

    drop,

    async isDeleted(ownerID, conversationID) {
      const state = await findState(
        db,
        "conversations",
        ownerID,
        conversationID,
      );
      return state === VersionState.delete;
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

const isSame = (row: Row, change: RowChange): boolean =>
  Object.entries(change).every(
    ([column, value]) => row[column as keyof Row] === value,
  );
