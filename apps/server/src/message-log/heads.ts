import type { Kysely, Selectable } from "kysely";

import type { Caches, Memory } from "../storage/caches.ts";
import { chunksOf } from "../storage/chunks.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import { isAmong, idTable } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { MessageHeadTable } from "./tables.ts";
import { createLookup } from "../storage/lookup.ts";

/** Durable state of one conversation's messages. */
export interface Head {
  readonly id: number;
  readonly conversationID: string;
  readonly maxSeq: number;
  readonly maxSeqTime: number;
  /** First readable seq for everyone; 0 = no bound. */
  readonly minSeq: number;
  /** Bits of the kinds of marks that messages of it have (mark-bits.ts). */
  readonly marks: number;
}

export type Counters = Pick<
  Head,
  "id" | "conversationID" | "maxSeq" | "maxSeqTime" | "minSeq" | "marks"
>;

/** A user's read position that sending raised. */
export interface SentSeq {
  conversationID: string;
  userID: string;
  seq: number;
}

/**
 * Complete state of a conversation inside the log; see Head for the durable
 * part.
 */
export interface HeadState extends Head {
  maxSeq: number;
  maxSeqTime: number;
  minSeq: number;
  marks: number;
  /** Has a row in message_heads. */
  stored: boolean;
  /** The newest seq given out; ahead of maxSeq while a batch is written. */
  assigned: number;
  assignedTime: number;
  /** The last time given out for a message. */
  stamped: number;
  /** Up to here message_index knows where messages lie. */
  merged: number;
  /** Log positions of seqs merged+1 … assigned. */
  tail: number[];
  /** Last seq of each sender, not merged yet. */
  sent: Map<string, number>;
}

/**
 * The heads of conversations. There is never more than one object for a
 * conversation as long as anybody holds it: two would give out the same seq.
 */
export interface Heads {
  /**
   * First readable seqs and whether there are marks, as changes declare them.
   * Numbers of messages are the log's alone.
   */
  readonly bounds: Memory;
  /** null when it never held a message. */
  find(conversationID: string): Now<HeadState | null>;
  findMany(conversationIDs: readonly string[]): Promise<HeadState[]>;
  /**
   * Returns the counters of many conversations in one query, without caching
   * them.
   */
  countersOf(conversationIDs: readonly string[]): Promise<Counters[]>;
  /** The same, begun if it is new. */
  open(conversationID: string): Now<HeadState>;
  /** Has messages that the tables do not know: it stays in memory. */
  keep(head: HeadState): void;
  /** The tables know all of it. */
  release(head: HeadState): void;
  /** Heads with unmerged messages, by id. */
  kept(): HeadState[];
}

export interface HeadsOptions {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open" | "register">;
  nextID: number;
  /** Conversations remembered beyond those that are kept. */
  size: number;
}

export function createHeads({ db, caches, nextID, size }: HeadsOptions): Heads {
  const kept = new Map<string, HeadState>();
  const quiet = caches.open<HeadState | null>({
    name: "quiet-heads",
    size,
    load,
    // One object for each conversation: what it says is held by `bounds`.
    isSame: (known, loaded) => known === loaded,
  });
  /** Every head that somebody holds, also one that the cache forgot. */
  const alive = new Map<string, WeakRef<HeadState>>();
  const forget = new FinalizationRegistry<string>((conversationID) => {
    if (!alive.get(conversationID)?.deref()) alive.delete(conversationID);
  });

  function register(head: HeadState): HeadState {
    alive.set(head.conversationID, new WeakRef(head));
    forget.register(head, head.conversationID);
    return head;
  }

  const select = (conversationIDs: readonly string[]) =>
    db
      .selectFrom("message_heads")
      .selectAll()
      .where(isAmong(db, "conversation_id", conversationIDs))
      .execute();

  const rowsOf = createLookup(db, {
    table: "message_heads",
    by: ["conversation_id"],
    select: [
      "id",
      "conversation_id",
      "max_seq",
      "max_seq_time",
      "min_seq",
      "altered",
    ],
  });
  const findRow = (conversationID: string) =>
    then(rowsOf(conversationID), ([row]) => row);

  const orAlive = (row: Selectable<MessageHeadTable>): HeadState =>
    alive.get(row.conversation_id)?.deref() ?? register(toHead(row));

  function load(conversationID: string): Now<HeadState | null> {
    const known = alive.get(conversationID)?.deref();
    if (known) return known;
    return then(findRow(conversationID), (row) =>
      row
        ? orAlive(row)
        : // It may have been begun while we looked.
          (alive.get(conversationID)?.deref() ?? null),
    );
  }

  function begin(conversationID: string): HeadState {
    const known = alive.get(conversationID)?.deref();
    if (known) return known;
    const head = register(createHead(nextID++, conversationID, {}));
    quiet.put(conversationID, head);
    return head;
  }

  const find = (conversationID: string): Now<HeadState | null> =>
    kept.get(conversationID) ?? quiet.get(conversationID);

  /** Both bounds only go up, so that a late answer puts nothing back. */
  async function readBounds(conversationID: string): Promise<void> {
    const head = alive.get(conversationID)?.deref();
    if (!head) return;
    const row = await findRow(conversationID);
    if (!row) return;
    head.minSeq = Math.max(head.minSeq, row.min_seq);
    head.marks |= row.altered;
  }

  const bounds = caches.register({
    name: "head-bounds",
    forget: readBounds,
    async forgetAll() {
      await Promise.all([...alive.keys()].map(readBounds));
    },
    keys: () => alive.keys(),
    recall: find,
    async isTrue(conversationID: string) {
      const row = await findRow(conversationID);
      const head = alive.get(conversationID)?.deref();
      return (
        !row ||
        !head ||
        (head.minSeq === row.min_seq && head.marks === row.altered)
      );
    },
  });

  return {
    bounds,
    find,

    async findMany(conversationIDs) {
      const heads: HeadState[] = [];
      const unknown: string[] = [];
      for (const id of new Set(conversationIDs)) {
        const known = kept.get(id) ?? quiet.peek(id);
        if (known === undefined) unknown.push(id);
        else if (known !== null) heads.push(known);
      }
      for (const wanted of chunksOf(unknown))
        heads.push(...(await select(wanted)).map(orAlive));
      return heads;
    },

    async countersOf(conversationIDs) {
      const counters: Counters[] = [];
      const unknown: string[] = [];
      for (const id of new Set(conversationIDs)) {
        const known = kept.get(id) ?? quiet.peek(id);
        if (known === undefined) unknown.push(id);
        else if (known !== null) counters.push(known);
      }
      if (unknown.length === 0) return counters;
      const rows = await db
        .selectFrom(idTable(db, unknown))
        .crossJoin("message_heads")
        .select(["message_heads.id", "conversation_id", "max_seq"])
        .select(["max_seq_time", "min_seq", "altered"])
        .whereRef("conversation_id", "=", "wanted.value")
        .execute();
      for (const row of rows)
        counters.push(
          // It may have grown while we looked.
          alive.get(row.conversation_id)?.deref() ?? {
            id: row.id,
            conversationID: row.conversation_id,
            maxSeq: row.max_seq,
            maxSeqTime: row.max_seq_time,
            minSeq: row.min_seq,
            marks: row.altered,
          },
        );
      return counters;
    },

    open(conversationID) {
      const found = find(conversationID);
      return found instanceof Promise
        ? found.then((head) => head ?? begin(conversationID))
        : (found ?? begin(conversationID));
    },

    keep: (head) => void kept.set(head.conversationID, head),
    release(head) {
      kept.delete(head.conversationID);
      quiet.put(head.conversationID, head);
    },
    kept: () => [...kept.values()].sort((a, b) => a.id - b.id),
  };
}

function createHead(
  id: number,
  conversationID: string,
  known: Partial<HeadState>,
): HeadState {
  const maxSeq = known.maxSeq ?? 0;
  return {
    id,
    conversationID,
    maxSeq,
    maxSeqTime: 0,
    minSeq: 0,
    marks: 0,
    stored: false,
    assigned: maxSeq,
    assignedTime: known.maxSeqTime ?? 0,
    stamped: 0,
    merged: maxSeq,
    tail: [],
    sent: new Map(),
    ...known,
  };
}

const toHead = (row: Selectable<MessageHeadTable>): HeadState =>
  createHead(row.id, row.conversation_id, {
    maxSeq: row.max_seq,
    maxSeqTime: row.max_seq_time,
    minSeq: row.min_seq,
    marks: row.altered,
    stored: true,
  });
