import type { KeyValues } from "@parley/protocol/generated/third";

import { readAnswerBytes, readAnswerText } from "../http/answer-body.ts";
import type { Logger } from "../watching/logger.ts";
import { UploadKind } from "./content-store.ts";
import type { ArrivedPart, ContentStore, Upload } from "./content-store.ts";
import { S3Error } from "./s3-client.ts";
import type { S3Client } from "./s3-client.ts";
import { elementsOf, textOf } from "./s3-xml.ts";

export interface S3StoreDeps {
  client: S3Client;
  logger: Logger;
  now: () => number;
}

/**
 * Contents in a bucket of any S3-compatible store, to which clients send and
 * from which they fetch directly. Relies on the ETag of a part, and of an
 * object put in one piece, being its MD5.
 */
export function createS3Store({
  client,
  logger,
  now,
}: S3StoreDeps): ContentStore & { prepare(): Promise<void> } {
  /** Key of a single-part upload until it is complete. */
  const arriving = (upload: Upload) =>
    upload.kind === UploadKind.onePiece
      ? `${root}temp/${upload.id}`
      : root + upload.key;

  const secondsUntil = (time: number) =>
    Math.max(1, Math.ceil((time - now()) / 1_000));

  /** undefined if there is no such thing. */
  async function find<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof S3Error && error.status === 404) return undefined;
      throw error;
    }
  }

  async function listMultipart(upload: Upload): Promise<ArrivedPart[]> {
    const parts: ArrivedPart[] = [];
    for (let marker: string | undefined; ;) {
      const answer = await find(
        client.send({
          method: "GET",
          key: root + upload.key,
          query: {
            uploadId: upload.storeID,
            ...(marker !== undefined && { "part-number-marker": marker }),
          },
        }),
      );
      const xml = answer ? await readAnswerText(answer) : "";
      for (const part of elementsOf(xml, "Part"))
        parts.push({
          partNumber: Number(textOf(part, "PartNumber")),
          size: Number(textOf(part, "Size")),
          md5: bare(textOf(part, "ETag")),
        });
      if (textOf(xml, "IsTruncated") !== "true") return parts;
      marker = textOf(xml, "NextPartNumberMarker");
    }
  }

  return {
    async prepare() {
      try {
        const bucket = await find(client.send({ method: "HEAD", key: "" }));
        if (!bucket) await client.send({ method: "PUT", key: "" });
      } catch (error) {
        logger.warn({ err: error }, "objects: the S3 store does not answer");
      }
    },

    async begin(upload) {
      if (upload.kind !== UploadKind.parts) return "";
      const answer = await client.send({
        method: "POST",
        key: root + upload.key,
        query: { uploads: "" },
        // Stores differ in what they take it for if nothing is said.
        headers: { "content-type": "application/octet-stream" },
      });
      const id = textOf(await readAnswerText(answer), "UploadId");
      if (!id) throw new Error("S3 began an upload without an id");
      return id;
    },

    async signParts(upload, partNumbers, expires) {
      const key = arriving(upload);
      const seconds = secondsUntil(expires);
      if (upload.kind === UploadKind.onePiece) {
        const url = await client.presign({ method: "PUT", key }, seconds);
        const parts = partNumbers.map((partNumber) => ({
          partNumber,
          url: exact(url),
          query: [],
          header: [],
        }));
        return { url: "", query: [], header: [], parts };
      }
      const address = await client.presign({ method: "PUT", key }, seconds);
      address.search = "";
      const parts = await Promise.all(
        partNumbers.map(async (partNumber) => {
          const { searchParams } = await client.presign(
            {
              method: "PUT",
              key,
              query: {
                uploadId: upload.storeID,
                partNumber: String(partNumber),
              },
            },
            seconds,
          );
          searchParams.delete("uploadId");
          const query = [...searchParams].map(([name, value]): KeyValues => ({
            key: name,
            values: [value],
          }));
          return { partNumber, url: "", query, header: [] };
        }),
      );
      return {
        url: address.href,
        query: [{ key: "uploadId", values: [upload.storeID] }],
        header: [],
        parts,
      };
    },

    signForm: (upload, contentType, expires) =>
      Promise.resolve({
        ...client.signForm({
          key: arriving(upload),
          maxBytes: upload.size,
          contentType,
          expires,
        }),
        file: "file",
        successCodes: [200],
      }),

    async listParts(upload) {
      if (upload.kind === UploadKind.parts) return listMultipart(upload);
      const answer = await find(
        client.send({ method: "HEAD", key: arriving(upload) }),
      );
      if (!answer) return [];
      const size = Number(answer.headers.get("content-length"));
      const md5 = bare(answer.headers.get("etag"));
      return [{ partNumber: 1, size, md5 }];
    },

    async publish(upload, parts) {
      if (upload.kind === UploadKind.form) return; // it lies there already
      const answer =
        upload.kind === UploadKind.onePiece
          ? await client.send({
              method: "PUT",
              key: root + upload.key,
              timeoutMs: publishTimeoutMs,
              headers: {
                "x-amz-copy-source": `/${client.bucket}/${arriving(upload)}`,
                // Somebody may put another body at this very moment.
                "x-amz-copy-source-if-match": `"${parts[0]?.md5 ?? ""}"`,
              },
            })
          : await client.send({
              method: "POST",
              key: root + upload.key,
              timeoutMs: publishTimeoutMs,
              query: { uploadId: upload.storeID },
              headers: { "content-type": "application/xml" },
              body: toCompletion(parts),
            });
      // S3 begins to answer before it knows how it ends.
      const xml = await readAnswerText(answer);
      if (xml.includes("<Error>"))
        throw new Error(`S3 could not finish: ${textOf(xml, "Code") ?? ""}`);
      if (upload.kind === UploadKind.onePiece)
        await client.send({ method: "DELETE", key: arriving(upload) });
    },

    async discard(upload) {
      const isMultipart = upload.kind === UploadKind.parts;
      await find(
        client.send({
          method: "DELETE",
          key: arriving(upload),
          ...(isMultipart && { query: { uploadId: upload.storeID } }),
        }),
      );
    },

    async read(key, maxBytes) {
      const answer = await client.send({ method: "GET", key: root + key });
      return readAnswerBytes(answer, maxBytes);
    },

    async write(key, body) {
      await client.send({ method: "PUT", key: root + key, body });
    },

    async remove(key) {
      await find(client.send({ method: "DELETE", key: root + key }));
    },

    async signDownload({ key, contentType, disposition }, expires) {
      const url = await client.presign(
        {
          method: "GET",
          key: root + key,
          query: {
            ...(contentType !== "" && { "response-content-type": contentType }),
            ...(disposition !== "" && {
              "response-content-disposition": disposition,
            }),
          },
        },
        secondsUntil(expires),
      );
      return exact(url);
    },
  };
}

/** A store copies or joins up to 5 TB before it says so. */
const publishTimeoutMs = 600_000;

/** All of ours in the bucket lies below it. */
const root = "openim/";

const bare = (etag: string | null | undefined): string =>
  (etag ?? "").replaceAll('"', "").toLowerCase();

/** Blanks as %20: some stores take a plus for a plus. */
const exact = (url: URL): string =>
  `${url.origin}${url.pathname}?${url.searchParams.toString().replaceAll("+", "%20")}`;

const toCompletion = (parts: readonly ArrivedPart[]): string =>
  `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts
    .map(
      ({ partNumber, md5 }) =>
        `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${md5}"</ETag></Part>`,
    )
    .join("")}</CompleteMultipartUpload>`;
