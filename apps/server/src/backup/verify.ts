import { stat } from "node:fs/promises";
import path from "node:path";

import { readMsgData } from "@parley/protocol/msg-data";
import { sql } from "kysely";
import type { Kysely } from "kysely";

import { readStorage } from "../storage/open.ts";
import type { DatabaseSnapshot } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import type { Report } from "./progress.ts";

export interface VerifyOptions {
  dataFolder: string;
  /** Empty: the embedded database of the data folder. */
  databaseURL: string;
  hasObjectsElsewhere: boolean;
  /** Returns the path of a content below the folder of all objects. */
  fileOf(folder: string, key: string): string;
  report: Report;
  /** Called with a line for each problem. */
  problem(what: string): void;
}

export interface Verified {
  conversations: number;
  messages: number;
  objects: number;
  problems: number;
}

/** Rows looked at together. */
const chunk = 5_000;

/**
 * Checks every message's place, as of one moment, beside a server that may be
 * running: seqs without a gap, the tables that find messages, what users have
 * read, what clients sync by, and the files of objects.
 */
export async function verify(options: VerifyOptions): Promise<Verified> {
  const { report } = options;
  let problems = 0;
  const problem = (what: string): void => {
    problems++;
    options.problem(what);
  };
  const reader = await readStorage(options);
  try {
    await checkStructure(reader, problem);
    report("conversations");
    const conversations = await checkSeqs(reader.db, problem);
    report("messages");
    const messages = await checkMessages(reader.db, problem, report);
    report("indexes");
    // PostgreSQL finds messages by what it keeps unique itself.
    if (reader.kind === "sqlite") await checkIndexes(reader.db, problem);
    await checkPositionsRead(reader.db, problem);
    await checkVersions(reader.db, problem);
    const objects = options.hasObjectsElsewhere
      ? 0
      : await checkObjects(reader.db, options, problem);
    return { conversations, messages, objects, problems };
  } finally {
    await reader.close();
  }
}

type Problem = (what: string) => void;

/** Runs the database's own integrity check. */
async function checkStructure(
  { kind, db }: DatabaseSnapshot,
  problem: Problem,
): Promise<void> {
  if (kind !== "sqlite") return;
  const { rows } = await sql<{ integrity_check: string }>`
    pragma integrity_check
  `.execute(db);
  for (const { integrity_check: found } of rows)
    if (found !== "ok") problem(`the database is damaged: ${found}`);
}

/** Seqs run from the first that is kept to the last, each once. */
async function checkSeqs(
  db: Kysely<Schema>,
  problem: Problem,
): Promise<number> {
  const heads = await db
    .selectFrom("message_heads as h")
    .leftJoin("message_log as l", "l.head_id", "h.id")
    .groupBy(["h.id", "h.conversation_id", "h.max_seq", "h.min_seq"])
    .select(["h.conversation_id", "h.max_seq", "h.min_seq"])
    .select((e) => [
      e.fn.count<number>("l.seq").as("count"),
      e.fn.count<number>("l.seq").distinct().as("distinct"),
      e.fn.min("l.seq").as("first"),
      e.fn.max("l.seq").as("last"),
    ])
    .execute();
  for (const { conversation_id: id, max_seq, min_seq, ...of } of heads) {
    const { count, distinct, first, last } = of;
    if (count === 0 || first === null || last === null) {
      if (max_seq >= Math.max(1, min_seq))
        problem(`${id}: all of its messages up to ${max_seq} are missing`);
      continue;
    }
    if (distinct !== count)
      problem(`${id}: ${count - distinct} seqs are twice`);
    if (last - first + 1 !== distinct)
      problem(
        `${id}: ${last - first + 1 - distinct} seqs from ${first} to ${last} are missing`,
      );
    if (first > Math.max(1, min_seq))
      problem(`${id}: it begins at ${first}, and should at ${min_seq || 1}`);
    if (last < max_seq) problem(`${id}: it ends at ${last}, not at ${max_seq}`);
  }
  const { orphans } = await db
    .selectFrom("message_log as l")
    .leftJoin("message_heads as h", "h.id", "l.head_id")
    .where("h.id", "is", null)
    .select((e) => e.fn.countAll<number>().as("orphans"))
    .executeTakeFirstOrThrow();
  if (orphans > 0) problem(`${orphans} messages are of no conversation`);
  return heads.length;
}

/** Each can be read, and says the seq that it is stored under. */
async function checkMessages(
  db: Kysely<Schema>,
  problem: Problem,
  report: Report,
): Promise<number> {
  let after = 0;
  let count = 0;
  for (;;) {
    const rows = await db
      .selectFrom("message_log")
      .select(["position", "seq", "data"])
      .where("position", ">", after)
      .orderBy("position")
      .limit(chunk)
      .execute();
    for (const { position, seq, data } of rows) {
      const said = seqOf(data);
      if (said === undefined)
        problem(`the message at position ${position} cannot be read`);
      else if (said !== seq)
        problem(
          `the message at position ${position} says seq ${said}, not ${seq}`,
        );
    }
    count += rows.length;
    report(`${count} messages`);
    const last = rows.at(-1);
    if (!last) return count;
    after = last.position;
  }
}

function seqOf(data: Uint8Array): number | undefined {
  try {
    return readMsgData(data).seq;
  } catch {
    return undefined;
  }
}

/**
 * Checks that the index tables hold every message up to the watermark and no
 * other.
 */
async function checkIndexes(
  db: Kysely<Schema>,
  problem: Problem,
): Promise<void> {
  const mark = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", "merged_position")
    .executeTakeFirst();
  const upTo = Number(mark?.value ?? 0);
  const { lost } = await db
    .selectFrom("message_log as l")
    .leftJoin("message_index as i", (join) =>
      join
        .onRef("i.head_id", "=", "l.head_id")
        .onRef("i.seq", "=", "l.seq")
        .onRef("i.position", "=", "l.position"),
    )
    .where("l.position", "<=", upTo)
    .where("i.position", "is", null)
    .select((e) => e.fn.countAll<number>().as("lost"))
    .executeTakeFirstOrThrow();
  if (lost > 0) problem(`${lost} messages are not found by their seq`);
  const { empty } = await db
    .selectFrom("message_index as i")
    .leftJoin("message_log as l", "l.position", "i.position")
    .where("l.position", "is", null)
    .select((e) => e.fn.countAll<number>().as("empty"))
    .executeTakeFirstOrThrow();
  if (empty > 0) problem(`${empty} seqs lead to no message`);
  const { unknown } = await db
    .selectFrom("message_log as l")
    .leftJoin("message_keys as k", "k.resend_key", "l.resend_key")
    .where("l.position", "<=", upTo)
    .where("l.resend_key", "!=", 0)
    .where("k.position", "is", null)
    .select((e) => e.fn.countAll<number>().as("unknown"))
    .executeTakeFirstOrThrow();
  if (unknown > 0)
    problem(`${unknown} messages would be stored again if they were resent`);
}

/** Nobody has read what was never said. */
async function checkPositionsRead(
  db: Kysely<Schema>,
  problem: Problem,
): Promise<void> {
  const ahead = await db
    .selectFrom("user_seqs as u")
    .innerJoin("message_heads as h", "h.conversation_id", "u.conversation_id")
    .select(["u.user_id", "u.conversation_id", "u.read_seq"])
    .whereRef("u.read_seq", ">", "h.max_seq")
    .where((e) =>
      e(
        "u.read_seq",
        ">",
        e
          .selectFrom("message_log as l")
          .whereRef("l.head_id", "=", "h.id")
          .select((l) =>
            l.fn.coalesce(l.fn.max("l.seq"), sql<number>`0`).as("n"),
          ),
      ),
    )
    .execute();
  for (const { user_id, conversation_id, read_seq } of ahead)
    problem(
      `${user_id} has read ${conversation_id} up to ${read_seq}, which is beyond its end`,
    );
}

/** No entry is newer than its list. */
async function checkVersions(
  db: Kysely<Schema>,
  problem: Problem,
): Promise<void> {
  const ahead = await db
    .selectFrom("version_entries as e")
    .leftJoin("versions as v", (join) =>
      join
        .onRef("v.kind", "=", "e.kind")
        .onRef("v.owner_id", "=", "e.owner_id"),
    )
    .where((e) =>
      e.or([
        e("v.version", "is", null),
        e("e.version", ">", e.ref("v.version")),
      ]),
    )
    .select(["e.kind", "e.owner_id"])
    .distinct()
    .execute();
  for (const { kind, owner_id } of ahead)
    problem(
      `the list ${kind} of ${owner_id} has changes that it does not know`,
    );
}

/** Every content has its file, of its size. */
async function checkObjects(
  db: Kysely<Schema>,
  { dataFolder, fileOf, report }: VerifyOptions,
  problem: Problem,
): Promise<number> {
  const folder = path.join(dataFolder, "objects");
  let after = "";
  let count = 0;
  for (;;) {
    const rows = await db
      .selectFrom("object_contents")
      .select(["key", "size"])
      .where("key", ">", after)
      .orderBy("key")
      .limit(chunk)
      .execute();
    for (const { key, size } of rows) {
      const file = fileOf(folder, key);
      const found = await stat(file).then(
        (each) => each.size,
        () => undefined,
      );
      if (found === undefined) problem(`the object ${file} is missing`);
      else if (found !== size)
        problem(`the object ${file} has ${found} bytes, not ${size}`);
    }
    count += rows.length;
    report(`${count} objects`);
    const last = rows.at(-1);
    if (!last) return count;
    after = last.key;
  }
}
