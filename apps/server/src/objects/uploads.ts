import { createHash, randomBytes } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import type {
  AuthSignParts,
  CompleteMultipartUploadReq,
  InitiateMultipartUploadReq,
  InitiateMultipartUploadResp,
} from "@parley/protocol/generated/third";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutNothing } from "../storage/writer.ts";
import type {
  Transact,
  Transaction,
  TransactOptions,
} from "../storage/writer.ts";
import { UploadKind } from "./content-store.ts";
import type { ArrivedPart, ContentStore, Upload } from "./content-store.ts";
import type { Directory } from "./directory.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { partCountOf, partSizeOf, sizeOfPart } from "./limits.ts";
import { requireName, requireText } from "./names.ts";
import {
  completeUpload,
  findContent,
  findUpload,
  insertContent,
  insertUpload,
} from "./store.ts";

/**
 * Uploads in parts and in one piece (docs/wire/objects.md#uploading-in-parts).
 */
export interface Uploads {
  /**
   * `url` is empty unless the content was known. Throws 1001 and 1002 for the
   * name, 500 for hash, size and number of parts, 1001 for what is too large
   * here and for a size that the known content has not.
   */
  initiate(
    actor: Actor,
    request: InitiateMultipartUploadReq,
    addresses: ObjectAddresses,
  ): Promise<InitiateMultipartUploadResp>;
  /** Throws 500 for an upload in one piece or none, 1002 for another's. */
  sign(
    actor: Actor,
    uploadID: string,
    partNumbers: readonly number[],
    addresses: ObjectAddresses,
  ): Promise<AuthSignParts>;
  /**
   * May be repeated, also with another name; answers the address. Throws 1004
   * when something has not arrived, 500 when hash or size are not as
   * announced, 1001 when the content is not.
   */
  complete(
    actor: Actor,
    request: CompleteMultipartUploadReq,
    addresses: ObjectAddresses,
  ): Promise<string>;
}

/** Public addresses for one caller; each ends with a slash. */
export interface ObjectAddresses {
  /** Prefix of objects' addresses. */
  objects: string;
  /** Prefix of signed addresses of this server. */
  data: string;
}

export interface UploadsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  contents: ContentStore;
  directory: Directory;
  /** Held by whoever makes a content or removes it. */
  lock: KeyLock;
  maxBytes: number;
  now: () => number;
}

const day = 86_400_000;
/** An upload can be continued for so long, in ms. */
export const uploadLifetime = 7 * day;
const partsLifetime = day;

export const newUploadID = (): string => randomBytes(16).toString("hex");

export function createUploads(deps: UploadsDeps): Uploads {
  const { db, transact, contents, directory, lock, now } = deps;

  async function get(actor: Actor, uploadID: string): Promise<Upload> {
    const upload = await findUpload(db, uploadID);
    if (!upload || upload.kind === UploadKind.form)
      throw errors.internal("there is no such upload");
    requireOwn(actor, upload);
    if (upload.expireTime <= now()) throw errors.fileUploadedExpired();
    return upload;
  }

  /** Whatever is wrong with one piece, it must be put anew. */
  async function publish(
    upload: Upload,
    parts: readonly string[],
  ): Promise<void> {
    const arrived = await contents.listParts(upload);
    try {
      requireArrived(upload, parts, arrived);
    } catch (error) {
      if (upload.kind === UploadKind.onePiece) await contents.discard(upload);
      throw error;
    }
    await contents.publish(upload, arrived);
  }

  return {
    async initiate(actor, request, addresses) {
      const { name, size, maxParts, contentType, cause } = request;
      const hash = request.hash.toLowerCase();
      requireName(actor, name);
      requireText("contentType", contentType);
      requireText("cause", cause);
      if (!/^[\da-f]{32}$/.test(hash))
        throw errors.internal("hash is not an MD5 in hex");
      const partSize = partSizeOf(size);
      const count = partCountOf(size, partSize);
      if (maxParts > count)
        throw errors.internal(`the file has only ${count} parts`);
      if (size > deps.maxBytes)
        throw errors.args(`files may have ${deps.maxBytes} bytes here`);

      const key = `data/hash/${hash}`;
      const isKnown = await lock(key, async () => {
        const content = await findContent(db, key);
        if (!content) return false;
        if (content.size !== size)
          throw errors.args("size is not that of the content with this hash");
        const object = { name, key, size, contentType, cause };
        await transact(
          (tx) => directory.put(tx, { ...object, createTime: now() }),
          aboutObject(name),
        );
        return true;
      });
      if (isKnown) return { url: addresses.objects + name, upload: null };

      const createTime = now();
      const begun: Upload = {
        id: newUploadID(),
        kind: size <= partSize ? UploadKind.onePiece : UploadKind.parts,
        userID: actor.userID,
        key,
        hash,
        size,
        partSize,
        storeID: "",
        isComplete: false,
        createTime,
        expireTime: createTime + uploadLifetime,
      };
      const upload = { ...begun, storeID: await contents.begin(begun) };
      await transact((tx) => insertUpload(tx, upload), aboutNothing);
      const isOnePiece = upload.kind === UploadKind.onePiece;
      const wanted = isOnePiece ? 1 : maxParts < 0 ? count : maxParts;
      const sign =
        wanted === 0
          ? null
          : await contents.signParts(
              upload,
              Array.from({ length: wanted }, (_, i) => i + 1),
              isOnePiece ? upload.expireTime : createTime + partsLifetime,
              addresses.data,
            );
      return {
        url: "",
        upload: {
          uploadID: upload.id,
          partSize,
          sign,
          expireTime: upload.expireTime,
        },
      };
    },

    async sign(actor, uploadID, partNumbers, addresses) {
      const upload = await get(actor, uploadID);
      if (upload.kind === UploadKind.onePiece)
        throw errors.internal("an upload in one piece is signed once");
      if (partNumbers.some((number) => sizeOfPart(upload, number) === 0))
        throw errors.args("there is no part with this number");
      return contents.signParts(
        upload,
        [...new Set(partNumbers)],
        now() + partsLifetime,
        addresses.data,
      );
    },

    async complete(actor, request, addresses) {
      const { uploadID, parts, name, contentType, cause } = request;
      requireName(actor, name);
      requireText("contentType", contentType);
      requireText("cause", cause);
      const upload = await get(actor, uploadID);
      if (md5(parts.join()) !== upload.hash)
        throw errors.internal(
          "the hash of the parts differs from the announced hash",
        );
      const { key } = upload;
      await lock(key, async () => {
        const known = await findContent(db, key);
        if (!known) await publish(upload, parts);
        // Whatever this upload announced before the content was there.
        const { size } = known ?? upload;
        const createTime = now();
        const object = { name, key, size, contentType, cause, createTime };
        await transact(
          (tx) => recordObject(directory, tx, upload.id, object),
          aboutObject(name),
        );
        // Another upload of the same was faster.
        if (known && !upload.isComplete) await contents.discard(upload);
      });
      return addresses.objects + name;
    },
  };
}

/** Options of a change of a name; contents are changed in turn, by their keys. */
export const aboutObject = (name: string): TransactOptions => ({
  about: [`object ${name}`],
});

/** Throws 1002 unless the actor began the upload, or is an administrator. */
export function requireOwn(actor: Actor, upload: Upload): void {
  if (upload.userID !== actor.userID && !actor.isAdmin)
    throw errors.noPermission("another user began this upload");
}

function requireArrived(
  upload: Upload,
  parts: readonly string[],
  arrived: readonly ArrivedPart[],
): void {
  const found = new Map(arrived.map((part) => [part.partNumber, part]));
  const whole = parts.map((_, i) => {
    const part = found.get(i + 1);
    if (!part) throw errors.notFound(`part ${i + 1} has not arrived`);
    return part;
  });
  const size = whole.reduce((sum, part) => sum + part.size, 0);
  if (
    size !== upload.size ||
    arrived.length !== parts.length ||
    whole.some((part) => part.size !== sizeOfPart(upload, part.partNumber))
  )
    throw errors.internal(`${size} bytes arrived instead of ${upload.size}`);
  const wrong = whole.findIndex((part, i) => part.md5 !== parts[i]);
  if (wrong >= 0)
    throw errors.args(`part ${wrong + 1} does not match its announced hash`);
}

const md5 = (text: string): string =>
  createHash("md5").update(text).digest("hex");

/** Records an object whose content has arrived, and completes its upload. */
export async function recordObject(
  directory: Pick<Directory, "put">,
  tx: Transaction,
  uploadID: string,
  object: Parameters<Directory["put"]>[1],
): Promise<void> {
  const { key, size, createTime } = object;
  await insertContent(tx, {
    ...{ key, size, made_of: "", image: "" },
    create_time: createTime,
  });
  await directory.put(tx, object);
  await completeUpload(tx, uploadID);
}
