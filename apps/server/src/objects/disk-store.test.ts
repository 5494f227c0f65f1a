import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { UploadKind } from "./content-store.ts";
import { openDiskStore } from "./disk-store.ts";
import { createURLSigner } from "./url-signer.ts";

forEachEngine("an upload", (open) => {
  test("that is completed while a part of it is sent again was answered with a raw 500", async () => {
    await using storage = await open();
    const folder = mkdtempSync(path.join(tmpdir(), "parley-disk-store-"));
    try {
      const store = await openDiskStore({
        folder,
        db: storage.db,
        transact: storage.transact,
        signer: createURLSigner("secret", Date.now),
      });
      const upload = {
        id: "upload",
        kind: UploadKind.form,
        userID: "ann",
        key: "direct/upload",
        hash: "",
        size: 5,
        partSize: 5,
        storeID: "",
        isComplete: false,
        createTime: 0,
        expireTime: 1,
      };
      // It was there when the request looked for it, and is gone since.
      const part = { partNumber: 1, size: 5, md5: "x" };
      await expect(store.publish(upload, [part])).rejects.toMatchObject({
        code: 1004,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
