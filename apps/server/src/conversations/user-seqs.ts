import type { Kysely, Selectable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import type { Caches } from "../storage/caches.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import { isAmong } from "../storage/id-list.ts";
import { insertAll } from "../storage/insert-all.ts";
import { insertEach, insertion } from "../storage/insert-each.ts";
import { createLookup } from "../storage/lookup.ts";
import type { Schema } from "../storage/schema.ts";
import type { UserSeqTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/**
 * Bounds and read position of a user in a conversation
 * (docs/wire/conversations.md#seqs).
 */
export interface UserSeq {
  /** First readable seq of this user; 0 = no bound. */
  minSeq: number;
  /** Last readable seq of one who left a group; 0 = no bound. */
  maxSeq: number;
  /** 0 = nothing read. */
  readSeq: number;
}

export interface UserSeqs {
  get(userID: string, conversationID: string): Now<UserSeq>;
  /** Lists seqs by conversation; without ids of all conversations that have any. */
  list(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Map<string, UserSeq>>;
  /**
   * Raises lower bounds; they never fall, so that cleared messages stay hidden.
   */
  raiseMins(
    tx: Transaction,
    userID: string,
    bounds: readonly { conversationID: string; minSeq: number }[],
  ): Promise<void>;
  setMax(
    tx: Transaction,
    userID: string,
    conversationID: string,
    maxSeq: number,
  ): Promise<void>;
  /**
   * Sets the bounds for many users of a conversation; absent bounds do not
   * change.
   */
  setBounds(
    tx: Transaction,
    conversationID: string,
    userIDs: readonly string[],
    bounds: { minSeq?: number; maxSeq?: number },
  ): Promise<void>;
  /** Hides the existing history from this user, and marks it as read. */
  bar(
    tx: Transaction,
    userID: string,
    conversations: readonly { conversationID: string; newestSeq: number }[],
  ): Promise<void>;
  /** Removes all bounds of the user. */
  forget(
    tx: Transaction,
    userID: string,
    conversationIDs: readonly string[],
  ): Promise<void>;
  /** Read positions only go up. */
  raiseRead(tx: Transaction, raised: readonly RaisedRead[]): Promise<void>;
}

export interface RaisedRead {
  userID: string;
  conversationID: string;
  seq: number;
}

const nothing: UserSeq = { minSeq: 0, maxSeq: 0, readSeq: 0 };

/** Neither part of the key can hold a NUL. */
const keyOf = (userID: string, conversationID: string): string =>
  `${userID}\0${conversationID}`;

const toUserSeq = (
  row: Pick<Selectable<UserSeqTable>, "min_seq" | "max_seq" | "read_seq">,
): UserSeq => ({
  minSeq: row.min_seq,
  maxSeq: row.max_seq,
  readSeq: row.read_seq,
});

const readFurther = insertion({
  into: "user_seqs",
  columns: ["user_id", "conversation_id", "min_seq", "max_seq", "read_seq"],
  rest: (insert) =>
    insert.onConflict((conflict) =>
      conflict
        .columns(["user_id", "conversation_id"])
        .doUpdateSet((row) => ({ read_seq: row.ref("excluded.read_seq") }))
        .whereRef("user_seqs.read_seq", "<", "excluded.read_seq"),
    ),
});

export function createUserSeqs(
  db: Kysely<Schema>,
  caches: Pick<Caches, "open">,
): UserSeqs {
  const rowOf = createLookup(db, {
    table: "user_seqs",
    by: ["user_id", "conversation_id"],
    select: ["min_seq", "max_seq", "read_seq"],
  });
  const cache = caches.open<UserSeq>({
    name: "bounds",
    size: 100_000,
    load(key) {
      const [userID = "", conversationID = ""] = key.split("\0");
      return then(rowOf(userID, conversationID), ([row]) =>
        row ? toUserSeq(row) : nothing,
      );
    },
  });

  async function load(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Map<string, UserSeq>> {
    if (conversationIDs?.length === 0) return new Map();
    const query = db
      .selectFrom("user_seqs")
      .selectAll()
      .where("user_id", "=", userID);
    const rows = await (
      conversationIDs
        ? query.where(isAmong(db, "conversation_id", conversationIDs))
        : query
    ).execute();
    return new Map(rows.map((row) => [row.conversation_id, toUserSeq(row)]));
  }

  async function set(
    tx: Transaction,
    conversationID: string,
    userIDs: readonly string[],
    { minSeq, maxSeq }: { minSeq?: number; maxSeq?: number },
  ): Promise<void> {
    const change = {
      ...(minSeq !== undefined && { min_seq: minSeq }),
      ...(maxSeq !== undefined && { max_seq: maxSeq }),
    };
    for (const chunk of chunksOf(userIDs))
      await insertAll(
        tx.db,
        "user_seqs",
        chunk.map((user_id) => ({
          user_id,
          conversation_id: conversationID,
          min_seq: 0,
          max_seq: 0,
          read_seq: 0,
          ...change,
        })),
      )
        .onConflict((conflict) =>
          conflict.columns(["user_id", "conversation_id"]).doUpdateSet(change),
        )
        .execute();
    tx.forget(
      cache,
      userIDs.map((userID) => keyOf(userID, conversationID)),
    );
  }

  const changed = (
    tx: Transaction,
    userID: string,
    conversationIDs: readonly string[],
  ) =>
    tx.forget(
      cache,
      conversationIDs.map((id) => keyOf(userID, id)),
    );

  return {
    get: (userID, conversationID) => cache.get(keyOf(userID, conversationID)),
    list: load,
    async raiseMins(tx, userID, bounds) {
      for (const chunk of chunksOf(bounds))
        await tx.db
          .insertInto("user_seqs")
          .values(
            chunk.map(({ conversationID, minSeq }) => ({
              user_id: userID,
              conversation_id: conversationID,
              min_seq: minSeq,
              max_seq: 0,
              read_seq: 0,
            })),
          )
          .onConflict((conflict) =>
            conflict
              .columns(["user_id", "conversation_id"])
              .doUpdateSet((row) => ({ min_seq: row.ref("excluded.min_seq") }))
              .whereRef("user_seqs.min_seq", "<", "excluded.min_seq"),
          )
          .execute();
      changed(
        tx,
        userID,
        bounds.map(({ conversationID }) => conversationID),
      );
    },
    setMax: (tx, userID, conversationID, maxSeq) =>
      set(tx, conversationID, [userID], { maxSeq }),
    setBounds: set,
    async bar(tx, userID, conversations) {
      for (const chunk of chunksOf(conversations))
        await tx.db
          .insertInto("user_seqs")
          .values(
            chunk.map(({ conversationID, newestSeq }) => ({
              user_id: userID,
              conversation_id: conversationID,
              min_seq: newestSeq + 1,
              max_seq: 0,
              read_seq: newestSeq,
            })),
          )
          .onConflict((conflict) =>
            conflict
              .columns(["user_id", "conversation_id"])
              .doUpdateSet((row) => ({
                min_seq: row.ref("excluded.min_seq"),
                max_seq: 0,
                read_seq: row.ref("excluded.read_seq"),
              })),
          )
          .execute();
      changed(
        tx,
        userID,
        conversations.map(({ conversationID }) => conversationID),
      );
    },
    async forget(tx, userID, conversationIDs) {
      for (const chunk of chunksOf(conversationIDs))
        await tx.db
          .deleteFrom("user_seqs")
          .where("user_id", "=", userID)
          .where(isAmong(db, "conversation_id", chunk))
          .execute();
      changed(tx, userID, conversationIDs);
    },
    async raiseRead(tx, raised) {
      // Rows of one statement must not touch the same key twice.
      await insertEach(
        tx.db,
        readFurther,
        raised.map((each) => ({
          user_id: each.userID,
          conversation_id: each.conversationID,
          min_seq: 0,
          max_seq: 0,
          read_seq: each.seq,
        })),
      );
      tx.forget(
        cache,
        raised.map(({ userID, conversationID }) =>
          keyOf(userID, conversationID),
        ),
      );
    },
  };
}
