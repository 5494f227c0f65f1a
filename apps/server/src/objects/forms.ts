import { errors } from "@parley/protocol/errors";
import type {
  InitiateFormDataReq,
  InitiateFormDataResp,
} from "@parley/protocol/generated/third";

import type { Actor } from "../http/actor.ts";
import { UploadKind } from "./content-store.ts";
import { maxSinglePiece } from "./limits.ts";
import { requireName, requireText } from "./names.ts";
import { findContent, findUpload, insertUpload } from "./store.ts";
import {
  aboutObject,
  newUploadID,
  recordObject,
  requireOwn,
  uploadLifetime,
} from "./uploads.ts";
import type { ObjectAddresses, UploadsDeps } from "./uploads.ts";
import { aboutNothing } from "../storage/writer.ts";

/** Uploads by a browser's form (docs/wire/objects.md#uploading-by-a-form). */
export interface FormUploads {
  /** Throws 1001 and 1002 for the name, 1001 for the size. */
  initiate(
    actor: Actor,
    request: InitiateFormDataReq,
    addresses: ObjectAddresses,
  ): Promise<InitiateFormDataResp>;
  /**
   * May be repeated; answers the address. Throws 1001 for an id that is none,
   * 1002 for another's, 1004 when nothing has arrived and 90007 when it has
   * another size.
   */
  complete(
    actor: Actor,
    id: string,
    addresses: ObjectAddresses,
  ): Promise<string>;
}

const usualLifetime = 10 * 60_000;

export function createFormUploads(deps: UploadsDeps): FormUploads {
  const { db, transact, contents, directory, lock, now } = deps;
  return {
    async initiate(actor, request, addresses) {
      const { name, size, contentType, group, millisecond } = request;
      requireName(actor, name);
      requireText("contentType", contentType);
      requireText("group", group);
      if (size <= 0) throw errors.args("size must be above 0");
      const limit = Math.min(deps.maxBytes, maxSinglePiece);
      if (size > limit)
        throw errors.args(`files of a form may have ${limit} bytes`);

      const createTime = now();
      const lifetime =
        actor.isAdmin && millisecond > 0
          ? Math.min(millisecond, uploadLifetime)
          : usualLifetime;
      const id = newUploadID();
      const date = new Date(createTime).toISOString().slice(0, 10);
      const upload = {
        id,
        kind: UploadKind.form,
        userID: actor.userID,
        key: `direct/${date.replaceAll("-", "")}/${id}`,
        hash: "",
        size,
        partSize: size,
        storeID: "",
        isComplete: false,
        createTime,
        expireTime: createTime + uploadLifetime,
        name,
        contentType,
        cause: group,
      };
      await transact((tx) => insertUpload(tx, upload), aboutNothing);
      const expires = createTime + lifetime;
      const target = await contents.signForm(
        upload,
        contentType,
        expires,
        addresses.data,
      );
      return { id, header: [], expires, ...target };
    },

    async complete(actor, id, addresses) {
      const upload = await findUpload(db, id);
      if (upload?.kind !== UploadKind.form)
        throw errors.args("there is no such upload");
      requireOwn(actor, upload);
      if (upload.expireTime <= now()) throw errors.fileUploadedExpired();
      const { key, size, name, contentType, cause } = upload;
      requireName(actor, name);
      await lock(key, async () => {
        if (!(await findContent(db, key))) {
          const arrived = await contents.listParts(upload);
          const [file] = arrived;
          if (!file) throw errors.notFound("no file has arrived");
          if (file.size !== size)
            throw errors.data(`${file.size} bytes arrived instead of ${size}`);
          await contents.publish(upload, arrived);
        }
        const createTime = now();
        const object = { name, key, size, contentType, cause, createTime };
        await transact(
          (tx) => recordObject(directory, tx, id, object),
          aboutObject(name),
        );
      });
      return addresses.objects + name;
    },
  };
}
