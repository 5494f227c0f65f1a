import type { Insertable, Kysely, Selectable } from "kysely";

import { isAmong } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type {
  ObjectContentTable,
  ObjectTable,
  ObjectUploadTable,
} from "./tables.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Transaction } from "../storage/writer.ts";
import type { ArrivedPart, Upload, UploadKind } from "./content-store.ts";

/** A name and the content it stands for. */
export interface StoredObject {
  name: string;
  key: string;
  size: number;
  contentType: string;
  cause: string;
  createTime: number;
}

export interface Content {
  key: string;
  size: number;
  /** Format and size, as "png 60x30"; "none": no picture; empty: not known yet. */
  image: string;
}

/** An upload by a form knows what its object will be called. */
export interface FormUpload extends Upload {
  name: string;
  contentType: string;
  cause: string;
}

const toObject = (row: Selectable<ObjectTable>): StoredObject => ({
  name: row.name,
  key: row.content_key,
  size: row.size,
  contentType: row.content_type,
  cause: row.cause,
  createTime: row.create_time,
});

export async function findObject(
  db: Kysely<Schema>,
  name: string,
): Promise<StoredObject | null> {
  const row = await db
    .selectFrom("objects")
    .selectAll()
    .where("name", "=", name)
    .executeTakeFirst();
  return row ? toObject(row) : null;
}

/** The last writer of a name wins. */
export async function putObject(
  { db }: Transaction,
  { name, key, size, contentType, cause, createTime }: StoredObject,
): Promise<void> {
  const change = {
    content_key: key,
    size,
    content_type: contentType,
    cause,
    create_time: createTime,
  };
  await db
    .insertInto("objects")
    .values({ name, ...change })
    .onConflict((c) => c.column("name").doUpdateSet(change))
    .execute();
}

/** The oldest first. */
export async function listObjectsBefore(
  db: Kysely<Schema>,
  time: number,
  causes: readonly string[],
  limit: number,
): Promise<StoredObject[]> {
  const rows = await db
    .selectFrom("objects")
    .selectAll()
    .where("cause", "in", causes)
    .where("create_time", "<", time)
    .orderBy("create_time")
    .limit(limit)
    .execute();
  return rows.map(toObject);
}

/** Deletes the object if it still has this content. */
export async function deleteObject(
  { db }: Transaction,
  { name, key }: Pick<StoredObject, "name" | "key">,
): Promise<void> {
  await db
    .deleteFrom("objects")
    .where("name", "=", name)
    .where("content_key", "=", key)
    .execute();
}

export async function isContentNamed(
  db: Kysely<Schema>,
  key: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("objects")
    .select("id")
    .where("content_key", "=", key)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findContent(
  db: Kysely<Schema>,
  key: string,
): Promise<Content | null> {
  const row = await db
    .selectFrom("object_contents")
    .select(["key", "size", "image"])
    .where("key", "=", key)
    .executeTakeFirst();
  return row ?? null;
}

/** Its bytes are durable already. */
export async function insertContent(
  { db }: Transaction,
  content: Insertable<ObjectContentTable>,
): Promise<void> {
  await db
    .insertInto("object_contents")
    .values(content)
    .onConflict((c) => c.column("key").doNothing())
    .execute();
}

export async function setImage(
  { db }: Transaction,
  key: string,
  image: string,
): Promise<void> {
  await db
    .updateTable("object_contents")
    .set({ image })
    .where("key", "=", key)
    .execute();
}

/** Lists the keys of a content and its thumbnails. */
export async function listContentKeys(
  db: Kysely<Schema>,
  key: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom("object_contents")
    .select("key")
    .where((row) => row.or([row("key", "=", key), row("made_of", "=", key)]))
    .execute();
  return rows.map((row) => row.key);
}

/** All but the newest thumbnails of the content; answers their keys. */
export async function deleteOldThumbnails(
  { db }: Transaction,
  key: string,
  kept: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("object_contents")
    .select("key")
    .where("made_of", "=", key)
    .orderBy("create_time", "desc")
    .orderBy("key")
    .execute();
  const old = rows.slice(kept).map((row) => row.key);
  for (const chunk of chunksOf(old))
    await db
      .deleteFrom("object_contents")
      .where(isAmong(db, "key", chunk))
      .execute();
  return old;
}

/** The content and its thumbnails; answers their keys. */
export async function deleteContent(
  { db }: Transaction,
  key: string,
): Promise<string[]> {
  const rows = await db
    .deleteFrom("object_contents")
    .where((row) => row.or([row("key", "=", key), row("made_of", "=", key)]))
    .returning("key")
    .execute();
  return rows.map((row) => row.key);
}

const toUpload = (row: Selectable<ObjectUploadTable>): FormUpload => ({
  id: row.id,
  kind: row.kind as UploadKind,
  userID: row.user_id,
  key: row.content_key,
  hash: row.hash,
  size: row.size,
  partSize: row.part_size,
  storeID: row.store_id,
  isComplete: row.is_complete === 1,
  createTime: row.create_time,
  expireTime: row.expire_time,
  name: row.name,
  contentType: row.content_type,
  cause: row.cause,
});

export async function findUpload(
  db: Kysely<Schema>,
  id: string,
): Promise<FormUpload | null> {
  const row = await db
    .selectFrom("object_uploads")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row ? toUpload(row) : null;
}

/** The oldest first. */
export async function listUploadsBefore(
  db: Kysely<Schema>,
  time: number,
  limit: number,
): Promise<Upload[]> {
  const rows = await db
    .selectFrom("object_uploads")
    .selectAll()
    .where("create_time", "<", time)
    .orderBy("create_time")
    .limit(limit)
    .execute();
  return rows.map(toUpload);
}

export async function insertUpload(
  { db }: Transaction,
  upload: Upload | FormUpload,
): Promise<void> {
  const form = "name" in upload ? upload : undefined;
  await db
    .insertInto("object_uploads")
    .values({
      id: upload.id,
      kind: upload.kind,
      user_id: upload.userID,
      content_key: upload.key,
      hash: upload.hash,
      size: upload.size,
      part_size: upload.partSize,
      store_id: upload.storeID,
      name: form?.name ?? "",
      content_type: form?.contentType ?? "",
      cause: form?.cause ?? "",
      is_complete: 0,
      create_time: upload.createTime,
      expire_time: upload.expireTime,
    })
    .execute();
}

/** It is remembered, so that completing it again succeeds. */
export async function completeUpload(
  tx: Transaction,
  id: string,
): Promise<void> {
  await tx.db
    .updateTable("object_uploads")
    .set({ is_complete: 1 })
    .where("id", "=", id)
    .execute();
  await deleteParts(tx, id);
}

export async function deleteUpload(tx: Transaction, id: string): Promise<void> {
  await deleteParts(tx, id);
  await tx.db.deleteFrom("object_uploads").where("id", "=", id).execute();
}

export async function listParts(
  db: Kysely<Schema>,
  uploadID: string,
): Promise<ArrivedPart[]> {
  const rows = await db
    .selectFrom("object_parts")
    .selectAll()
    .where("upload_id", "=", uploadID)
    .orderBy("part_number")
    .execute();
  return rows.map((row) => ({
    partNumber: row.part_number,
    size: row.size,
    md5: row.md5,
  }));
}

export async function insertPart(
  { db }: Transaction,
  uploadID: string,
  { partNumber, size, md5 }: ArrivedPart,
): Promise<void> {
  await db
    .insertInto("object_parts")
    .values({ upload_id: uploadID, part_number: partNumber, size, md5 })
    .execute();
}

export async function deletePart(
  { db }: Transaction,
  uploadID: string,
  partNumber: number,
): Promise<void> {
  await db
    .deleteFrom("object_parts")
    .where("upload_id", "=", uploadID)
    .where("part_number", "=", partNumber)
    .execute();
}

export async function deleteParts(
  { db }: Transaction,
  uploadID: string,
): Promise<void> {
  await db
    .deleteFrom("object_parts")
    .where("upload_id", "=", uploadID)
    .execute();
}
