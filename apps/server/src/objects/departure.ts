import { sql } from "kysely";
import type { Kysely, SqlBool } from "kysely";

import type { Depart } from "../feature/departing.ts";
import { isPostgres } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import { UploadKind } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import type { Directory } from "./directory.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import {
  deleteContent,
  deleteObject,
  deleteUpload,
  findUpload,
  listContentKeys,
} from "./store.ts";

export interface ObjectDepartureDeps {
  db: Kysely<Schema>;
  directory: Pick<Directory, "nameChanged">;
  contents: Pick<ContentStore, "remove" | "discard">;
  /** Held by whoever makes a content or removes it. */
  lock: KeyLock;
}

const atOnce = 100;

/**
 * A deleted user's files: every object below their own name, and the bytes of
 * those that nobody else has under another name. Then uploads that they began.
 */
export const createObjectDeparture =
  ({ db, directory, contents, lock }: ObjectDepartureDeps): Depart =>
  async ({ userID }, removing) => {
    const removeObject = async (name: string, key: string): Promise<void> => {
      const keys = (await isNamedElse(db, name, key))
        ? []
        : await listContentKeys(db, key);
      // First the bytes: while a row is there, we try again.
      for (const each of keys) await contents.remove(each);
      await removing.once(async (tx) => {
        await deleteObject(tx, { name, key });
        directory.nameChanged(tx, name);
        if (keys.length > 0) await deleteContent(tx, key);
        return { objects: 1, files: keys.includes(key) ? 1 : 0 };
      });
    };
    for (;;) {
      const objects = await listBelow(db, `${userID}/`);
      for (const { name, key } of objects)
        await lock(key, () => removeObject(name, key));
      if (objects.length < atOnce) break;
    }
    for (;;) {
      const uploads = await db
        .selectFrom("object_uploads")
        .select(["id", "content_key"])
        .where("user_id", "=", userID)
        .limit(atOnce)
        .execute();
      for (const { id, content_key } of uploads)
        await lock(content_key, async () => {
          const upload = await findUpload(db, id);
          if (!upload) return;
          // A form's temporary object may be the final content.
          if (!upload.isComplete || upload.kind !== UploadKind.form)
            await contents.discard(upload);
          await removing.once(async (tx) => {
            await deleteUpload(tx, id);
            return { uploads: 1 };
          });
        });
      if (uploads.length < atOnce) break;
    }
  };

async function isNamedElse(
  db: Kysely<Schema>,
  name: string,
  key: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("objects")
    .select("id")
    .where("content_key", "=", key)
    .where("name", "<>", name)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The prefix ends with "/", and "0" is what follows on it. */
const listBelow = (
  db: Kysely<Schema>,
  prefix: string,
): Promise<{ name: string; key: string }[]> =>
  db
    .selectFrom("objects")
    .select(["name", "content_key as key"])
    .where(
      isPostgres(db)
        ? // Whatever language the database sorts by.
          sql<SqlBool>`starts_with(name, ${prefix})`
        : sql<SqlBool>`name >= ${prefix} and name < ${`${prefix.slice(0, -1)}0`}`,
    )
    .limit(atOnce)
    .execute();
