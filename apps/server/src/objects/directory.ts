import type { Kysely } from "kysely";

import type { Caches } from "../storage/caches.ts";
import type { Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { ContentStore } from "./content-store.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { isText } from "./names.ts";
import {
  deleteContent,
  deleteObject,
  findObject,
  isContentNamed,
  listObjectsBefore,
  putObject,
} from "./store.ts";
import type { StoredObject } from "./store.ts";

/** Maps names to contents. */
export interface Directory {
  /** null when nothing has the name. At once when it was asked for lately. */
  find(name: string): Now<StoredObject | null>;
  /** The last writer of a name wins. */
  put(tx: Transaction, object: StoredObject): Promise<void>;
  /**
   * Removes names older than `before` (UTC milliseconds) that were uploaded
   * for one of the causes, `limit` at most, and the contents that lose their
   * last name. Answers how many names that were.
   */
  removeOutdated(
    before: number,
    causes: readonly string[],
    limit: number,
  ): Promise<number>;
  /** Somebody else removed it. */
  nameChanged(tx: Transaction, name: string): void;
}

export interface DirectoryDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  transact: Transact;
  contents: ContentStore;
  /** Held by whoever makes a content or removes it. */
  lock: KeyLock;
}

export function createDirectory({
  db,
  caches,
  transact,
  contents,
  lock,
}: DirectoryDeps): Directory {
  const cache = caches.open<StoredObject | null>({
    name: "objects",
    size: 20_000,
    load: (name) => findObject(db, name),
  });

  const nameChanged = (tx: Transaction, name: string) => tx.forget(cache, name);

  async function remove(object: StoredObject): Promise<void> {
    const keys = await transact(async (tx) => {
      await deleteObject(tx, object);
      nameChanged(tx, object.name);
      return (await isContentNamed(tx.db, object.key))
        ? []
        : deleteContent(tx, object.key);
    });
    // No row says that it is there any more, so a crash here loses nothing.
    for (const key of keys) await contents.remove(key);
  }

  return {
    // Strangers ask for whatever they like, and it is remembered.
    find: (name) => (isText(name) ? cache.get(name) : null),

    async put(tx, object) {
      await putObject(tx, object);
      nameChanged(tx, object.name);
    },

    async removeOutdated(before, causes, limit) {
      if (causes.length === 0) return 0;
      const outdated = await listObjectsBefore(db, before, causes, limit);
      for (const object of outdated)
        await lock(object.key, () => remove(object));
      return outdated.length;
    },

    nameChanged,
  };
}
