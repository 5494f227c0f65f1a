import { errors } from "@parley/protocol/errors";
import type { Conversation } from "@parley/protocol/generated/conversation";

import type { Kysely } from "kysely";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import {
  bumpVersionEach,
  listChanges,
  versionOf,
  VersionState,
} from "../storage/versions.ts";
import type { Changes, Version } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import { renderConversationChanged } from "./notifications.ts";
import {
  deleteRows,
  findRow,
  listRowBounds,
  listRowIDs,
  listRows,
  pageRows,
  setMinSeqs,
  toConversation,
} from "./store.ts";
import type { VersionedRows } from "./versioned-rows.ts";
import { createSetting } from "./setting.ts";
import type { ChatSettings, SettingDeps } from "./setting.ts";

export interface Conversations
  extends
    Pick<VersionedRows, "glance" | "isDeleted" | "ensure" | "rowsChanged">,
    ChatSettings {
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
  /** Copies a user's new lower bounds to the rows, and tells the user of each. */
  mirrorMinSeqs(
    tx: Transaction,
    operationID: string,
    ownerID: string,
    bounds: readonly { conversationID: string; minSeq: number }[],
  ): Promise<void>;
  delete(ownerID: string, conversationIDs: readonly string[]): Promise<void>;
  /** The same with a transaction; answers those that there were. */
  drop(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): Promise<string[]>;
}

export interface ConversationsDeps extends SettingDeps {
  db: Kysely<Schema>;
  /** Called for rows that their owner removed. */
  rowsDeleted(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): void;
}

export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, transact, rows, notify } = deps;
  const { changed } = rows;

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
    ...createSetting(deps),

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

    async delete(ownerID, conversationIDs) {
      await transact((tx) => drop(tx, ownerID, conversationIDs));
    },

    drop,
  };
}
