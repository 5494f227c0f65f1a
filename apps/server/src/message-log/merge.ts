import { shareTurns } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { SqliteEngine } from "../storage/engine.ts";
import type { Transaction, Writer } from "../storage/writer.ts";
import type { Heads, HeadState, SentSeq } from "./heads.ts";
import type { KeyFilter } from "./key-filter.ts";
import { raiseMessageCounts } from "./tally.ts";
import type { Tally } from "./tally.ts";

/** State in memory that the index tables do not have yet. */
export interface Unmerged {
  heads: Heads;
  /** Inserts the rows of those that began in this batch. */
  storeHeads(tx: Transaction): Promise<void>;
  /** Positions by resend key. */
  freshKeys: Map<number, number>;
  /** Knows every key of the table, as soon as the table has it. */
  mergedKeys: Pick<KeyFilter, "add">;
  tally: Tally;
  /** The newest position given out. */
  newestPosition(): number;
  /** Called with the number of merged messages. */
  merged(count: number): void;
  /** The next merge may begin: this one is committed, or failed. */
  ended(): void;
}

export interface MergeDeps extends Unmerged {
  engine: SqliteEngine;
  writer: Writer;
  /** Writes read positions that sending raised into the table of them. */
  raiseReadSeqs(tx: Transaction, sent: SentSeq[]): Promise<void>;
}

/** Up to this position of the log the tables know everything. */
export const watermark = "merged_position";

/** Messages that one transaction merges: more would hold up everybody else. */
const leastPart = 256;
/**
 * There are so many parts at most: a batch may bring more messages than a small part
 * has, and merges that go on for longer each time never end.
 */
const mostParts = 16;
/** Rows that one look at the clock is for. */
const rowsAtOnce = 128;

/** The next messages of a conversation, and where they lie. */
interface Piece {
  head: HeadState;
  /** Seq of the first. */
  from: number;
  positions: readonly number[];
  sent: readonly [userID: string, seq: number][];
}

interface Part {
  pieces: Piece[];
  keys: readonly [resendKey: number, position: number][];
}

/**
 * Merges the log, as of the first part, into the tables. Every part is
 * consistent alone; after a crash between parts the watermark is unchanged, and
 * the rest is found above it again.
 */
export function createMerge(deps: MergeDeps): () => Promise<void> {
  const { engine, writer, heads, freshKeys, tally } = deps;

  return () =>
    new Promise((resolve, reject) => {
      let parts: Part[] | undefined;
      let upTo = 0;
      let counts: ReturnType<Tally["take"]> = [];

      async function writeNext(tx: Transaction): Promise<void> {
        if (!parts) {
          upTo = deps.newestPosition();
          counts = tally.take();
        }
        const [part, ...rest] = parts ?? divide(heads.kept(), freshKeys);
        if (part) await write(tx, part);
        else {
          await raiseMessageCounts(tx, counts);
          await setWatermark(tx, upTo);
        }
        // Each part goes with the next batch: who waits for the disk in between
        // falls behind those who send.
        tx.afterCommit(() => {
          parts = rest;
          if (part) goOn();
          else deps.ended();
        });
        if (!part) tx.afterDurable(resolve);
      }
      const goOn = (): void =>
        void writer.transact(writeNext).catch((error: Error) => {
          tally.putBack(counts);
          deps.ended();
          reject(error);
        });
      goOn();
    });

  async function write(tx: Transaction, { pieces, keys }: Part): Promise<void> {
    const rest = shareTurns();
    async function inTurns<Row>(
      rows: readonly Row[],
      store: (some: Row[]) => Promise<void> | void,
    ): Promise<void> {
      for (const some of chunksOf(rows, rowsAtOnce)) {
        await store(some);
        await rest();
      }
    }
    await inTurns(
      pieces.flatMap(({ head, from, positions }) =>
        positions.map((position, i) => ({
          headID: head.id,
          seq: from + i,
          position,
        })),
      ),
      (rows) => engine.log.index(rows),
    );
    await inTurns(
      keys.map(([resendKey, position]) => ({ resendKey, position })),
      (rows) => engine.log.keys(rows),
    );
    await deps.storeHeads(tx);
    await rest();
    await inTurns(
      pieces.map(({ head, from, positions }) => ({
        id: head.id,
        maxSeq: from + positions.length - 1,
        maxSeqTime: head.assignedTime,
      })),
      (rows) => engine.log.heads(rows),
    );
    await deps.raiseReadSeqs(
      tx,
      pieces.flatMap(({ head: { conversationID }, sent }) =>
        sent.map(([userID, seq]) => ({ conversationID, userID, seq })),
      ),
    );
    tx.afterCommit(() => forget(pieces, keys));
  }

  function forget(pieces: Piece[], keys: Part["keys"]): void {
    for (const { head, positions, sent } of pieces) {
      head.merged += positions.length;
      head.tail.splice(0, positions.length);
      deps.merged(positions.length);
      for (const [userID, seq] of sent)
        if (head.sent.get(userID) === seq) head.sent.delete(userID);
      if (head.tail.length === 0) heads.release(head);
    }
    for (const [key, position] of keys) {
      deps.mergedKeys.add(key);
      if (freshKeys.get(key) === position) freshKeys.delete(key);
    }
  }
}

/** Each part lies close together in its tables. */
function divide(
  heads: readonly HeadState[],
  freshKeys: ReadonlyMap<number, number>,
): Part[] {
  const parts: Piece[][] = [];
  const count = heads.reduce((sum, { tail }) => sum + tail.length, 0);
  const partSize = Math.max(leastPart, Math.ceil(count / mostParts));
  let room = 0;
  for (const head of heads)
    for (let at = 0; at < head.tail.length;) {
      if (room === 0) {
        parts.push([]);
        room = partSize;
      }
      const positions = head.tail.slice(at, at + room);
      const from = head.merged + 1 + at;
      const sent = at === 0 ? [...head.sent] : [];
      parts.at(-1)?.push({ head, from, positions, sent });
      at += positions.length;
      room -= positions.length;
    }
  const keys = [...freshKeys].sort(([a], [b]) => a - b);
  // A merge that was cut short may have left nothing but keys.
  if (parts.length === 0 && keys.length > 0) parts.push([]);
  const share = Math.ceil(keys.length / parts.length);
  return parts.map((pieces, i) => ({
    pieces,
    keys: keys.slice(i * share, (i + 1) * share),
  }));
}

async function setWatermark(
  { db }: Transaction,
  position: number,
): Promise<void> {
  const value = String(position);
  await db
    .insertInto("meta")
    .values({ key: watermark, value })
    .onConflict((c) => c.column("key").doUpdateSet({ value }))
    .execute();
}
