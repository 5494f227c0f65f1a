import { Database } from "bun:sqlite";
import { closeSync, existsSync, fdatasync, openSync } from "node:fs";
import path from "node:path";

import { createCheckpoints } from "./checkpoints.ts";
import { createDamageWatch } from "./damage.ts";
import type {
  DatabaseSnapshot,
  Engine,
  FoundRow,
  StoredMessage,
} from "./engine.ts";
import { lockFolder } from "./folder-lock.ts";
import { createLongReads, kyselyOver } from "./sqlite-connection.ts";
import { createFileWatch, reserveLogIndex } from "./sqlite-files.ts";
import { applyPragmas } from "./sqlite-pragmas.ts";

/** Opens (or makes) the database of a data folder. */
export function openSqlite(
  folder: string,
  warn: (message: string) => void,
  damage = createDamageWatch(sqliteFile(folder)),
): Engine {
  const unlock = lockFolder(folder);
  const file = sqliteFile(folder);
  const writer = openDatabase(file);
  const openReader = (): Database => {
    const database = openDatabase(file);
    database.run("pragma query_only = on");
    return database;
  };
  const reader = openReader();
  const openSmallReader = (): Database => {
    const database = openReader();
    database.run("pragma cache_size = -2048");
    return database;
  };
  const longReads = createLongReads(openSmallReader);
  const keys = createKeyPages(openSmallReader);

  // A commit in WAL mode with synchronous=NORMAL appends to the log file and
  // does not wait for the disk. We sync that file ourselves, off the event
  // loop, and acknowledge after it: what FULL promises, without its standstill.
  // The file is there from the first look at the database on.
  writer.query("select count(*) from sqlite_schema").get();
  const log = openSync(`${file}-wal`, "r");
  const giveBackIndex = reserveLogIndex(`${file}-shm`);
  const requireFiles = createFileWatch([file, `${file}-wal`]);

  const checkpoints = createCheckpoints({
    file,
    database: writer,
    failed: (reason) =>
      warn(
        `the log of ${file} could not be copied into it, and grows until it can: ${reason}`,
      ),
  });

  const prepare = statementsOf(writer);
  const read = statementsOf(reader);

  return {
    kind: "sqlite",
    description: file,
    read: kyselyOver(reader, damage, longReads),
    write: kyselyOver(writer, damage),
    damage: damage.found,
    begin() {
      const wait = checkpoints.beforeBatch();
      const start = () => void writer.run("begin immediate");
      return wait ? wait.then(start) : start();
    },
    commit() {
      writer.run("commit");
      checkpoints.afterCommit();
    },
    rollback() {
      // A commit that found no room has undone everything by itself.
      if (writer.inTransaction) writer.run("rollback");
    },
    savepoint: () => void writer.run("savepoint part"),
    releaseSavepoint: () => void writer.run("release part"),
    rollbackToSavepoint: () => {
      writer.run("rollback to part");
      writer.run("release part");
    },
    async durable() {
      await new Promise<void>((resolve, reject) =>
        fdatasync(log, (error) => (error ? reject(error) : resolve())),
      );
      requireFiles();
    },
    log: {
      append(rows) {
        const insert = prepare(
          "insert into message_log (position, head_id, seq, resend_key, deleted, data) values (?, ?, ?, ?, 0, ?)",
        );
        for (const { position, headID, seq, resendKey, data } of rows)
          insert.run(position, headID, seq, resendKey, data);
      },
      index(rows) {
        const insert = prepare(
          "insert into message_index (head_id, seq, position) values (?, ?, ?)",
        );
        for (const { headID, seq, position } of rows)
          insert.run(headID, seq, position);
      },
      keys(rows) {
        const insert = prepare(
          "insert into message_keys (resend_key, position) values (?, ?) on conflict do nothing",
        );
        for (const { resendKey, position } of rows)
          insert.run(resendKey, position);
      },
      search(rows) {
        const insert = prepare(
          "insert into message_search (bucket, term, position) values (?, ?, ?)",
        );
        for (const { bucket, term, position } of rows)
          insert.run(bucket, term, position);
      },
      heads(rows) {
        const update = prepare(
          "update message_heads set max_seq = ?, max_seq_time = ? where id = ?",
        );
        for (const { id, maxSeq, maxSeqTime } of rows)
          update.run(maxSeq, maxSeqTime, id);
      },
      range: (headID, begin, end) =>
        toMessages(
          read(
            "select i.seq, l.data from message_index i join message_log l on l.position = i.position where i.head_id = ? and i.seq between ? and ? and l.deleted = 0 order by i.seq",
          ).values(headID, begin, end),
        ),
      rangeAt: (positions) =>
        toMessages(
          read(
            "select l.seq, l.data from json_each(?) p cross join message_log l on l.position = p.value where l.deleted = 0 order by l.seq",
          ).values(JSON.stringify(positions)),
        ),
      reads: (headID, begin, end) =>
        read(
          "select user_id, from_seq, to_seq from message_reads where head_id = ? and from_seq <= ? and to_seq >= ?",
        )
          .values(headID, end, begin)
          .map(([userID, from, to]) => ({
            userID: userID as string,
            from: from as number,
            to: to as number,
          })),
      positionsOf: (headID, begin, end) =>
        read(
          "select position from message_index where head_id = ? and seq between ? and ?",
        )
          .values(headID, begin, end)
          .map(([position]) => position as number),
      at: (positions) =>
        positions.flatMap((position) =>
          read(
            "select head_id, seq, position, deleted, data from message_log where position = ?",
          )
            .values(position)
            .map(toFoundRow),
        ),
      positionOfKey(resendKey) {
        const row = read(
          "select position from message_keys where resend_key = ?",
        ).values(resendKey)[0];
        return row ? (row[0] as number) : undefined;
      },
      keysAfter: keys.after,
    },
    close() {
      checkpoints.close();
      reader.close();
      longReads.close();
      keys.close();
      // The WAL of a damaged database is kept, because it may help to recover
      // data.
      if (!damage.found()) writer.run("pragma wal_checkpoint(truncate)");
      writer.close();
      closeSync(log);
      giveBackIndex();
      unlock();
      return Promise.resolve();
    },
  };
}

const toMessages = (rows: unknown[][]): StoredMessage[] =>
  rows.map(([seq, data]) => ({ seq: seq as number, data: data as Uint8Array }));

const toFoundRow = ([
  headID,
  seq,
  position,
  deleted,
  data,
]: unknown[]): FoundRow => ({
  headID: headID as number,
  seq: seq as number,
  position: position as number,
  deleted: deleted === 1,
  data: data as Uint8Array,
});

/** Returns the path of a data folder's database. */
export const sqliteFile = (folder: string): string =>
  path.join(folder, "parley.db");

/**
 * Opens a snapshot of a database that a server may be using: consistent as of
 * the first query, until `close`.
 */
export function readSqlite(file: string): DatabaseSnapshot {
  if (!existsSync(file))
    throw new Error(
      `there is no database ${file}: name the server's data folder with PARLEY_DATA`,
    );
  const database = new Database(file);
  database.run("pragma query_only = on");
  database.run("pragma busy_timeout = 5000");
  database.run("begin");
  return {
    kind: "sqlite",
    db: kyselyOver(database, createDamageWatch(file)),
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

/** Changes a database that a server may be using, a little at a time. */
export function writeSqlite(file: string) {
  if (!existsSync(file))
    throw new Error(
      `there is no database ${file}: name the server's data folder with PARLEY_DATA, and start the server once`,
    );
  const database = new Database(file, { readwrite: true });
  applyPragmas(database);
  database.run("pragma synchronous = full");
  return {
    db: kyselyOver(database, createDamageWatch(file)),
    // An immediate transaction waits for the server's writer at its start, not
    // in the middle.
    run: (sql: string) =>
      Promise.resolve(
        void database.run(sql === "begin" ? "begin immediate" : sql),
      ),
    close: () => Promise.resolve(database.close()),
  };
}

/**
 * Reads all resend keys page by page, on a connection of its own: they would fill the
 * page cache of the other one.
 */
function createKeyPages(open: () => Database) {
  let database: Database | undefined;
  let isClosed = false;

  function close(): void {
    database?.close();
    database = undefined;
  }

  return {
    after(resendKey: number, most: number): number[] {
      if (isClosed) throw new Error("the database is closed");
      database ??= open();
      // One text is read faster than a row for each key.
      const found = database
        .query<{ keys: string }, [number, number]>(
          "select json_group_array(resend_key) as keys from (select resend_key from message_keys where resend_key > ? order by resend_key limit ?)",
        )
        .get(resendKey, most);
      const keys = JSON.parse(found?.keys ?? "[]") as number[];
      if (keys.length < most) close();
      return keys;
    },
    close() {
      isClosed = true;
      close();
    },
  };
}

/** Prepared when first used: a new database has no tables yet. */
function statementsOf(database: Database) {
  const prepared = new Map<string, ReturnType<Database["prepare"]>>();
  return (sql: string) => {
    let statement = prepared.get(sql);
    if (!statement) prepared.set(sql, (statement = database.prepare(sql)));
    return statement;
  };
}

function openDatabase(file: string): Database {
  const database = new Database(file, { create: true });
  applyPragmas(database);
  database.run("pragma cache_size = -32768");
  database.run("pragma temp_store = memory");
  return database;
}
