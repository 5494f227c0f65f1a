import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";

import type { KeyValues } from "@parley/protocol/generated/third";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { UploadKind } from "./content-store.ts";
import type { ArrivedPart, ContentStore, Upload } from "./content-store.ts";
import { makeFolder, moveInto, writeStream, writeWhole } from "./disk-files.ts";
import { UploadBusyError } from "./incoming.ts";
import type { Incoming } from "./incoming.ts";
import { sizeOfPart } from "./limits.ts";
import { deletePart, deleteParts, insertPart, listParts } from "./store.ts";
import type { URLSigner } from "./url-signer.ts";

/** Paths of the local disk's data plane (disk-pages.ts). */
export const diskPaths = {
  parts: "/object_data/part/",
  form: "/object_data/form/",
  contents: "/object_data/content/",
} as const;

export interface DiskStore extends ContentStore {
  /**
   * Takes one part as it comes, and answers once it is durable. A part that
   * comes again replaces the one before, also one that is still coming.
   * Throws TooLongError, and UploadBusyError while the upload is completed.
   */
  receive(
    upload: Upload,
    partNumber: number,
    source: Incoming,
  ): Promise<ArrivedPart>;
  /** Returns the path of a content. */
  fileOf(key: string): string;
}

export interface DiskStoreDeps {
  /** All of it is ours. */
  folder: string;
  db: Kysely<Schema>;
  transact: Transact;
  signer: URLSigner;
}

/**
 * Contents in files named by their hashes. Parts of an upload are written
 * where they belong in one file, so completing it is a rename however large it
 * is; which of them are whole and synced stands in the database.
 */
export async function openDiskStore({
  folder: given,
  db,
  transact,
  signer,
}: DiskStoreDeps): Promise<DiskStore> {
  const folder = path.resolve(given);
  const temporary = path.join(folder, "temporary");
  // Removes temporary files that a crash left.
  await rm(temporary, { recursive: true, force: true });
  await makeFolder(temporary);
  await makeFolder(path.join(folder, "uploads"));

  /** Active writers of an upload, by part. */
  const writers = new Map<string, Map<number, Writer>>();
  /** Uploads that take nothing while they are completed. */
  const sealed = new Set<string>();

  const uploadFile = ({ id }: Upload) =>
    path.join(folder, "uploads", requireKey(id));

  const fileOf = (key: string) => contentFile(folder, key);

  async function stopWriters(upload: Upload): Promise<void> {
    const all = [...(writers.get(upload.id)?.values() ?? [])];
    for (const writer of all) writer.cancel();
    await Promise.all(all.map((writer) => writer.done));
  }

  /** Nobody writes into the upload while `work` runs. */
  async function withSeal<T>(
    upload: Upload,
    work: () => Promise<T>,
  ): Promise<T> {
    sealed.add(upload.id);
    try {
      await stopWriters(upload);
      return await work();
    } finally {
      sealed.delete(upload.id);
    }
  }

  return {
    begin: () => Promise.resolve(""),

    signParts(upload, partNumbers, expires, origin) {
      const url = `${origin}${diskPaths.parts.slice(1)}${upload.id}`;
      const signed = partNumbers.map((partNumber) => ({
        partNumber,
        query: [
          entry("partNumber", String(partNumber)),
          entry(
            "signature",
            signer.sign({
              method: "PUT",
              subject: upload.id,
              partNumber,
              expires,
            }),
          ),
        ],
      }));
      const shared = [entry("expires", String(expires))];
      if (upload.kind !== UploadKind.onePiece)
        return Promise.resolve({
          url,
          query: shared,
          header: [],
          parts: signed.map((part) => ({ ...part, url: "", header: [] })),
        });
      // COMPAT: one piece has its whole address in its part
      // (docs/wire/objects.md#uploading-in-parts).
      const parts = signed.map(({ partNumber, query }) => ({
        partNumber,
        url: `${url}?${toQuery([...shared, ...query])}`,
        query: [],
        header: [],
      }));
      return Promise.resolve({ url: "", query: [], header: [], parts });
    },

    signForm(upload, contentType, expires, origin) {
      const signature = signer.sign({
        method: "POST",
        subject: upload.id,
        expires,
      });
      const query = toQuery([
        entry("expires", String(expires)),
        entry("signature", signature),
      ]);
      return Promise.resolve({
        url: `${origin}${diskPaths.form.slice(1)}${upload.id}?${query}`,
        file: "file",
        // COMPAT: clients of S3 expect some field; these two change nothing.
        formData: {
          success_action_status: "200",
          ...(contentType !== "" && { "Content-Type": contentType }),
        },
        successCodes: [200],
      });
    },

    async receive(upload, partNumber, { stream, cancel }) {
      const { promise: done, resolve: finish } = Promise.withResolvers<void>();
      const parts = writers.get(upload.id) ?? new Map<number, Writer>();
      writers.set(upload.id, parts);
      const before = parts.get(partNumber);
      const writer = { cancel, done };
      parts.set(partNumber, writer);
      try {
        before?.cancel();
        await before?.done;
        if (sealed.has(upload.id) || parts.get(partNumber) !== writer)
          throw new UploadBusyError();
        // From the first byte on the part that was there is gone.
        const known = await listParts(db, upload.id);
        if (known.some((part) => part.partNumber === partNumber))
          await transact((tx) => deletePart(tx, upload.id, partNumber));
        const written = await writeStream(
          uploadFile(upload),
          (partNumber - 1) * upload.partSize,
          sizeOfPart(upload, partNumber),
          stream,
        );
        const part = { partNumber, ...written };
        await transact((tx) => insertPart(tx, upload.id, part));
        return part;
      } finally {
        if (parts.get(partNumber) === writer) parts.delete(partNumber);
        if (parts.size === 0 && writers.get(upload.id) === parts)
          writers.delete(upload.id);
        finish();
      }
    },

    listParts: (upload) => listParts(db, upload.id),

    publish: (upload, parts) =>
      withSeal(upload, async () => {
        const arrived = await listParts(db, upload.id);
        if (!Bun.deepEquals(arrived, parts)) throw new UploadBusyError();
        await moveInto(uploadFile(upload), fileOf(upload.key));
      }),

    discard: (upload) =>
      withSeal(upload, async () => {
        await transact((tx) => deleteParts(tx, upload.id));
        await rm(uploadFile(upload), { force: true });
      }),

    async read(key) {
      return new Uint8Array(await readFile(fileOf(key)));
    },

    write: (key, bytes) =>
      writeWhole(
        fileOf(key),
        path.join(temporary, randomBytes(16).toString("hex")),
        bytes,
      ),

    remove: (key) => rm(fileOf(key), { force: true }),

    signDownload({ key, contentType, disposition }, expires, origin) {
      const signature = signer.sign({
        method: "GET",
        subject: key,
        contentType,
        disposition,
        expires,
      });
      const query = toQuery([
        entry("expires", String(expires)),
        ...(contentType === ""
          ? []
          : [entry("response-content-type", contentType)]),
        ...(disposition === ""
          ? []
          : [entry("response-content-disposition", disposition)]),
        entry("signature", signature),
      ]);
      return Promise.resolve(
        `${origin}${diskPaths.contents.slice(1)}${key}?${query}`,
      );
    },

    fileOf,
  };
}

interface Writer {
  cancel(): void;
  done: Promise<void>;
}

/** Keys are made by us; whatever went wrong, none leaves the folder. */
/** Returns the path of a content below the folder of all objects. */
export function contentFile(folder: string, key: string): string {
  const { dir, base } = path.posix.parse(requireKey(key));
  // Not all in one folder, which some file systems do not like.
  return path.join(folder, dir, base.slice(0, 2), base);
}

function requireKey(key: string): string {
  if (!/^[a-z0-9]+([/_.][a-z0-9]+)*$/.test(key))
    throw new Error(`not a key of a content: ${key}`);
  return key;
}

const entry = (key: string, value: string): KeyValues => ({
  key,
  values: [value],
});

const toQuery = (entries: readonly KeyValues[]): string =>
  entries
    .map(
      ({ key, values }) =>
        `${key}=${values.map((value) => encodeURIComponent(value)).join()}`,
    )
    .join("&");
