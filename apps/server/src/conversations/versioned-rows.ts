import type { Kysely, Selectable } from "kysely";

import type { Caches } from "../storage/caches.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import { createLookup } from "../storage/lookup.ts";
import type { Schema } from "../storage/schema.ts";
import {
  bumpVersion,
  bumpVersionEach,
  bumpVersions,
  findState,
  VersionState,
} from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import { insertRows } from "./store.ts";
import type { NewRow } from "./store.ts";
import type { ConversationTable } from "./tables.ts";

/** Cached part of a row that sending and pulling need. */
export interface RowGlance {
  recvMsgOpt: number;
  /** Last readable seq of one who left a group; 0 = no bound. */
  maxSeq: number;
}

/**
 * Rows of conversations. Every write also updates the version of the owner's
 * list and the cache of glances. Sends no notices.
 */
export interface VersionedRows {
  /** Returns null when the user has no such conversation. */
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  /** Returns whether the owner had this row and deleted it. */
  isDeleted(ownerID: string, conversationID: string): Promise<boolean>;
  /**
   * Makes the rows that are missing, all of one conversation. Returns the
   * owners of the new ones.
   */
  ensure(tx: Transaction, rows: readonly NewRow[]): Promise<string[]>;
  /** Rows of one owner changed: one version more for them all. */
  changed(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
    state: VersionState,
  ): Promise<void>;
  /** These owners' rows of the conversation changed: a version more each. */
  rowsChanged(
    tx: Transaction,
    conversationID: string,
    ownerIDs: readonly string[],
    state: VersionState,
  ): Promise<void>;
  /** These rows were inserted. */
  rowsMade(tx: Transaction, made: readonly NewRow[]): Promise<void>;
}

export interface VersionedRowsDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  now: () => number;
}

export function createVersionedRows({
  db,
  caches,
  now,
}: VersionedRowsDeps): VersionedRows {
  const keyOf = (ownerID: string, conversationID: string) =>
    `${ownerID}\0${conversationID}`;

  const rowOf = createLookup(db, {
    table: "conversations",
    by: ["owner_user_id", "conversation_id"],
    select: ["recv_msg_opt", "max_seq"],
  });
  const glances = caches.open<RowGlance | null>({
    name: "conversation-rows",
    size: 200_000,
    load(key) {
      const [ownerID = "", conversationID = ""] = key.split("\0");
      return then(rowOf(ownerID, conversationID), ([row]) =>
        row ? toGlance(row) : null,
      );
    },
  });

  /** One row written is one version more. */
  async function changed(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
    state: VersionState,
  ): Promise<void> {
    await bumpVersion(tx, "conversations", ownerID, state, conversationIDs);
    tx.forget(
      glances,
      conversationIDs.map((id) => keyOf(ownerID, id)),
    );
  }

  async function rowsChanged(
    tx: Transaction,
    conversationID: string,
    ownerIDs: readonly string[],
    state: VersionState,
  ): Promise<void> {
    await bumpVersions(tx, "conversations", ownerIDs, state, conversationID);
    tx.forget(
      glances,
      ownerIDs.map((ownerID) => keyOf(ownerID, conversationID)),
    );
  }

  async function rowsMade(
    tx: Transaction,
    made: readonly NewRow[],
  ): Promise<void> {
    const idsOf = new Map<string, string[]>();
    for (const { ownerUserID, conversationID } of made)
      idsOf.set(ownerUserID, [
        ...(idsOf.get(ownerUserID) ?? []),
        conversationID,
      ]);
    const { insert } = VersionState;
    const few: string[] = [];
    for (const [ownerID, ids] of idsOf)
      if (ids.length === 1) few.push(ownerID);
      else await bumpVersionEach(tx, "conversations", ownerID, insert, ids);
    await bumpVersions(
      tx,
      "conversations",
      few,
      insert,
      (ownerID) => idsOf.get(ownerID)?.[0] ?? "",
    );
    // The message after the first one, and its answer, ask for them.
    for (const { ownerUserID, conversationID, begins } of made) {
      const key = keyOf(ownerUserID, conversationID);
      const glance = toGlance({ recv_msg_opt: 0, max_seq: 0, ...begins });
      tx.forget(glances, key, () => glances.put(key, glance));
    }
  }

  return {
    glance: (ownerID, conversationID) =>
      glances.get(keyOf(ownerID, conversationID)),

    async isDeleted(ownerID, conversationID) {
      const state = await findState(
        db,
        "conversations",
        ownerID,
        conversationID,
      );
      return state === VersionState.delete;
    },

    async ensure(tx, rows) {
      if (rows.length === 0) return [];
      const made = await insertRows(tx, rows, now());
      await rowsMade(tx, made);
      return made.map(({ ownerUserID }) => ownerUserID);
    },

    changed,
    rowsChanged,
    rowsMade,
  };
}

/** One for nearly all rows, because there is one for each of them in memory. */
const plainGlance: RowGlance = { recvMsgOpt: 0, maxSeq: 0 };

const toGlance = (
  row: Pick<Selectable<ConversationTable>, "recv_msg_opt" | "max_seq">,
): RowGlance =>
  row.recv_msg_opt === 0 && row.max_seq === 0
    ? plainGlance
    : { recvMsgOpt: row.recv_msg_opt, maxSeq: row.max_seq };
