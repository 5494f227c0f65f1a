import { SessionType } from "@parley/protocol/content-types";
import { isNotificationID } from "@parley/protocol/conversation-ids";
import { readMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import { resendKeyOf } from "../message-log/resend-key.ts";
import { nextTurn } from "../pace/turns.ts";
import type { Engine, Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";

/** Filters of a search; absent ones match all. */
export interface SearchQuery {
  sendID?: string | undefined;
  /** A user or a group. */
  recvID?: string | undefined;
  contentType?: number | undefined;
  sessionType?: number | undefined;
  /** Milliseconds, `to` not included. */
  sent?: { from: number; to: number } | undefined;
}

/** A stored chat message that was found. */
export interface Hit {
  headID: number;
  seq: number;
  view: MsgDataView;
}

/**
 * Index of chat messages by sender, receiver and type. Sending does not update
 * it: each search first indexes the messages since the last one, so a server
 * without searches has no index.
 */
export interface SearchIndex {
  /** Takes in what the log holds by now. */
  catchUp(): Promise<void>;
  /** Finds messages in order of arrival; leaves out removed ones. */
  find(query: SearchQuery): AsyncGenerator<Looked, void>;
}

/** A part of the log was looked at. */
export interface Looked {
  /** Messages read for it. */
  count: number;
  hits: Hit[];
}

export interface SearchIndexDeps {
  engine: Engine;
  transact: Transact;
  /** No message can appear any more up to this position of the log. */
  settled(): Now<number>;
}

/** Up to this position of the log all is indexed. */
const watermark = "searchable_position";
/** Neighbours in the log that share the index's pages and go together. */
const bucketSize = 16_384;
/** Messages that one transaction indexes: more would hold up everybody else. */
const partSize = 256;

export function createSearchIndex({
  engine,
  transact,
  settled,
}: SearchIndexDeps): SearchIndex {
  const db = engine.read;
  let catchingUp: Promise<void> | undefined;

  async function indexAll(): Promise<void> {
    const upTo = await settled();
    for (;;) {
      const after = await findWatermark(db);
      const rows = await listRows(db, after, upTo);
      if (rows.length > 0)
        await transact(async (tx) => {
          // Another process may index, too.
          if ((await findWatermark(tx.db)) === after)
            await index(tx, engine, rows);
        });
      if (rows.length < partSize) return;
      await nextTurn();
    }
  }

  async function listBuckets({ sent }: SearchQuery): Promise<number[]> {
    let query = db
      .selectFrom("message_search_buckets")
      .select("bucket")
      .orderBy("bucket");
    if (sent)
      query = query
        .where("max_time", ">=", sent.from)
        .where("min_time", "<", sent.to);
    return (await query.execute()).map(({ bucket }) => bucket);
  }

  return {
    async catchUp() {
      // One that is under way may not know of the newest messages.
      if (catchingUp) await catchingUp;
      catchingUp ??= indexAll().finally(() => (catchingUp = undefined));
      await catchingUp;
    },

    async *find(query) {
      const terms = termsOf(query);
      for (const bucket of await listBuckets(query))
        for (let after = -1; ;) {
          const { rows, next } = await readBucket(db, bucket, terms, after);
          const hits = rows
            .map(({ head_id, seq, data }) => ({
              headID: head_id,
              seq,
              view: readMsgData(data),
            }))
            .filter(({ view }) => matches(view, query));
          yield { count: rows.length, hits };
          if (next === undefined) break;
          after = next;
          await nextTurn();
        }
    },
  };
}

/** Removes everything up to this position of the log from the index. */
export async function forgetSearched(
  { db }: Transaction,
  position: number,
): Promise<void> {
  const bucket = Math.floor((position + 1) / bucketSize);
  for (const table of ["message_search", "message_search_buckets"] as const)
    await db.deleteFrom(table).where("bucket", "<", bucket).execute();
}

async function findWatermark(db: Kysely<Schema>): Promise<number> {
  const mark = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", watermark)
    .executeTakeFirst();
  return Number(mark?.value ?? 0);
}

const listRows = (db: Kysely<Schema>, after: number, upTo: number) =>
  db
    .selectFrom("message_log")
    .innerJoin("message_heads", "message_heads.id", "message_log.head_id")
    .select(["position", "conversation_id", "data"])
    .where("position", ">", after)
    .where("position", "<=", Math.min(upTo, Number.MAX_SAFE_INTEGER))
    .orderBy("position")
    .limit(partSize)
    .execute();

async function index(
  tx: Transaction,
  engine: Engine,
  rows: Awaited<ReturnType<typeof listRows>>,
): Promise<void> {
  const found = [];
  const times = new Map<number, { min: number; max: number }>();
  for (const { position, conversation_id, data } of rows) {
    if (isNotificationID(conversation_id)) continue;
    const bucket = Math.floor(position / bucketSize);
    const view = readMsgData(data);
    const sendTime = withinEngines(view.sendTime);
    const known = times.get(bucket) ?? { min: sendTime, max: sendTime };
    times.set(bucket, {
      min: Math.min(known.min, sendTime),
      max: Math.max(known.max, sendTime),
    });
    for (const term of new Set(termsOf(addressOf(view))))
      found.push({ bucket, term, position });
  }
  found.sort(
    (a, b) => a.bucket - b.bucket || a.term - b.term || a.position - b.position,
  );
  await engine.log.search(found);
  for (const [bucket, { min, max }] of times) {
    const known = await tx.db
      .selectFrom("message_search_buckets")
      .select(["min_time", "max_time"])
      .where("bucket", "=", bucket)
      .executeTakeFirst();
    const row = {
      min_time: Math.min(min, known?.min_time ?? min),
      max_time: Math.max(max, known?.max_time ?? max),
    };
    await tx.db
      .insertInto("message_search_buckets")
      .values({ bucket, ...row })
      .onConflict((c) => c.column("bucket").doUpdateSet(row))
      .execute();
  }
  const value = String(rows.at(-1)?.position ?? 0);
  await tx.db
    .insertInto("meta")
    .values({ key: watermark, value })
    .onConflict((c) => c.column("key").doUpdateSet({ value }))
    .execute();
}

/** Old data may have any time; PostgreSQL takes no number beyond its own. */
const withinEngines = (time: number): number =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(time, Number.MAX_SAFE_INTEGER));

interface Part {
  rows: { head_id: number; seq: number; data: Uint8Array }[];
  /** Start of the next part; undefined: this was the last. */
  next: number | undefined;
}

/** One part of a bucket: what has all of the terms, or all that there is. */
async function readBucket(
  db: Kysely<Schema>,
  bucket: number,
  terms: readonly number[],
  after: number,
): Promise<Part> {
  const [term, ...others] = terms;
  const rows =
    term === undefined
      ? await listNeighbours(db, bucket, after)
      : await listWithTerms(db, bucket, term, others, after);
  const last = rows.at(-1);
  const next = rows.length === partSize ? last?.position : undefined;
  if (term !== undefined) return { rows, next };
  const notices = await listNoticeHeads(
    db,
    rows.map(({ head_id }) => head_id),
  );
  return { rows: rows.filter(({ head_id }) => !notices.has(head_id)), next };
}

const columns = ["l.position", "l.head_id", "l.seq", "l.data"] as const;

const listNeighbours = (db: Kysely<Schema>, bucket: number, after: number) =>
  db
    .selectFrom("message_log as l")
    .select(columns)
    .where("l.position", ">", Math.max(after, bucket * bucketSize - 1))
    .where("l.position", "<", (bucket + 1) * bucketSize)
    .where("l.deleted", "=", 0)
    .orderBy("l.position")
    .limit(partSize)
    .execute();

/** Returns the heads that belong to notices. */
async function listNoticeHeads(
  db: Kysely<Schema>,
  headIDs: readonly number[],
): Promise<Set<number>> {
  if (headIDs.length === 0) return new Set();
  const heads = await db
    .selectFrom("message_heads")
    .select(["id", "conversation_id"])
    .where("id", "in", [...new Set(headIDs)])
    .execute();
  return new Set(
    heads
      .filter((head) => isNotificationID(head.conversation_id))
      .map(({ id }) => id),
  );
}

function listWithTerms(
  db: Kysely<Schema>,
  bucket: number,
  first: number,
  others: readonly number[],
  after: number,
) {
  let query = db
    .selectFrom("message_search as s")
    // SQLite keeps the order of a cross join: the index first.
    .crossJoin("message_log as l")
    .select(columns)
    .where("s.bucket", "=", bucket)
    .where("s.term", "=", first)
    .where("s.position", ">", after)
    .whereRef("l.position", "=", "s.position")
    // Follows from the rest, but PostgreSQL does not see it.
    .where("l.position", ">", Math.max(after, bucket * bucketSize - 1))
    .where("l.position", "<", (bucket + 1) * bucketSize)
    .where("l.deleted", "=", 0);
  for (const term of others)
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom("message_search as o")
          .select("o.position")
          .where("o.bucket", "=", bucket)
          .where("o.term", "=", term)
          .whereRef("o.position", "=", "s.position"),
      ),
    );
  return query.orderBy("s.position").limit(partSize).execute();
}

/**
 * Returns hashes, because the index need not hold ids; matches are compared
 * with the message.
 */
function termsOf({ sendID, recvID, contentType }: SearchQuery): number[] {
  const terms: number[] = [];
  // The rarest first.
  if (sendID) terms.push(termOf("send", sendID));
  if (recvID) terms.push(termOf("recv", recvID));
  if (contentType) terms.push(-contentType);
  return terms;
}

const termOf = (kind: string, id: string): number =>
  resendKeyOf(kind, id, "") % 0x80000000;

const addressOf = (view: MsgDataView) => ({
  sendID: view.sendID,
  recvID: view.sessionType === SessionType.group ? view.groupID : view.recvID,
  contentType: view.contentType,
});

function matches(view: MsgDataView, wanted: SearchQuery): boolean {
  const { sendID, recvID, contentType, sessionType, sent } = wanted;
  const message = addressOf(view);
  return (
    (!sendID || message.sendID === sendID) &&
    (!recvID || message.recvID === recvID) &&
    (!contentType || message.contentType === contentType) &&
    (!sessionType || view.sessionType === sessionType) &&
    (!sent || (view.sendTime >= sent.from && view.sendTime < sent.to))
  );
}
