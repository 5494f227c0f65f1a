import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { UploadKind } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { deleteUpload, findUpload, listUploadsBefore } from "./store.ts";

export interface AbandonedDeps {
  db: Kysely<Schema>;
  transact: Transact;
  contents: ContentStore;
  lock: KeyLock;
}

/**
 * Forgets every upload begun before that time (UTC milliseconds), and what had
 * arrived of those that were never completed. Answers how many were removed.
 * Nobody can go on with an upload that is older than `uploadLifetime`.
 */
export type RemoveAbandonedUploads = (olderThan: number) => Promise<number>;

export function createRemoveAbandonedUploads({
  db,
  transact,
  contents,
  lock,
}: AbandonedDeps): RemoveAbandonedUploads {
  return async (olderThan) => {
    for (let removed = 0; ;) {
      const uploads = await listUploadsBefore(db, olderThan, 100);
      if (uploads.length === 0) return removed;
      for (const { id, key } of uploads)
        await lock(key, async () => {
          // It may have been completed a moment ago.
          const upload = await findUpload(db, id);
          if (!upload) return;
          // First the bytes: while the row is there, we try again. What a form
          // sent may be the content itself.
          if (!upload.isComplete || upload.kind !== UploadKind.form)
            await contents.discard(upload);
          await transact((tx) => deleteUpload(tx, id));
        });
      removed += uploads.length;
    }
  };
}
