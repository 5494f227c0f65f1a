import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type {
  AuthSignParts,
  InitiateFormDataResp,
  InitiateMultipartUploadResp,
} from "@parley/protocol/generated/third";
import {
  AccessURL,
  CompleteMultipartUpload,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import type { Method } from "@parley/protocol/method";

import { createCaches } from "../../src/storage/caches.ts";
import type { Config } from "../../src/config/schema.ts";
import { createIntake } from "../../src/http/intake.ts";
import { serveAPI } from "../../src/http/server.ts";
import { forEachEngine } from "../storage/engines.ts";
import type { TestStorage } from "../storage/engines.ts";
import { createLogger } from "../../src/watching/logger.ts";
import { createKeyLock } from "../../src/pace/key-lock.ts";
import { createMetrics } from "../../src/watching/metrics.ts";
import { openObjectFeature } from "../../src/objects/feature.ts";
import type { ObjectFeature } from "../../src/objects/feature.ts";
import { startS3Stub } from "./s3-stub.ts";
import type { S3Stub } from "./s3-stub.ts";

/** A server of nothing but objects; a user's token is the userID. */
export interface TestObjects extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly s3: S3Stub | undefined;
  readonly feature: ObjectFeature;
  /** Returns `data` of the answer, or throws `{ code }`. */
  post<T>(
    as: string,
    method: Pick<Method, "path">,
    body: object,
    headers?: Record<string, string>,
  ): Promise<T>;
  /** All the SDK does with a file; answers its address. */
  upload(as: string, file: TestFile): Promise<string>;
  /** Stops the server; uploaded files stay for another one. */
  stop(): Promise<void>;
  /** Moves the clock that addresses and uploads live by. */
  advance(ms: number): void;
}

export interface TestFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  contentType?: string;
  cause?: string;
}

export const partSize = 5_242_880;

export async function serveObjects(
  { db, transact }: TestStorage,
  kind: "disk" | "s3",
  more: Partial<Config["objects"]> = {},
  folder = mkdtempSync(path.join(tmpdir(), "parley-objects-")),
): Promise<TestObjects> {
  const s3 = kind === "s3" ? startS3Stub() : undefined;
  const logger = createLogger("silent");
  let later = 0;
  const feature = await openObjectFeature({
    caches: createCaches(),
    db,
    transact,
    dataFolder: folder,
    lock: createKeyLock(),
    secret: "the secret of a test",
    outdated: { days: 0, causes: [] },
    settings: {
      store: kind,
      externalAddress: "",
      maxBytes: 100_000_000,
      urlSeconds: 604_800,
      s3: {
        endpoint: s3?.endpoint ?? "",
        externalEndpoint: "",
        region: "us-east-1",
        bucket: "openim",
        accessKeyID: s3?.credentials.accessKeyID ?? "",
        secretAccessKey: s3?.credentials.secretAccessKey ?? "",
      },
      ...more,
    },
    logger,
    now: () => Date.now() + later,
  });
  const api = serveAPI(
    { hostname: "127.0.0.1", port: 0, maxBodyBytes: 1_000_000 },
    {
      routes: feature.routes ?? [],
      pages: feature.pages ?? [],
      identify: (token) =>
        Promise.resolve({
          userID: token ?? "",
          platformID: 1,
          isAdmin: token === "admin",
        }),
      addressOf: (remote) => remote,
      neighborhoodOf: () => undefined,
      intake: createIntake({ totalBytes: 2 ** 26, elapsed: () => 0 }),
      metrics: createMetrics({
        onlineUsers: () => 0,
        connections: () => 0,
        unmerged: () => 0,
        version: "test",
      }),
      logger,
    },
  );
  const url = `http://127.0.0.1:${api.port}`;

  async function post<T>(
    as: string,
    method: Pick<Method, "path">,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(url + method.path, {
      method: "POST",
      headers: { operationID: "op", token: as, ...headers },
      body: JSON.stringify(body),
    });
    const { errCode, errDlt, data } = (await response.json()) as {
      errCode: number;
      errDlt: string;
      data: T;
    };
    if (errCode !== 0)
      throw Object.assign(new Error(errDlt), { code: errCode });
    return data;
  }

  return {
    url,
    folder,
    s3,
    feature,
    post,
    async upload(as, file) {
      const { name, contentType = "", cause = "" } = file;
      const begun = await post<InitiateMultipartUploadResp>(
        as,
        InitiateMultipartUpload,
        { ...announce(file), maxParts: partsOf(file.bytes).length },
      );
      if (!begun.upload) return begun.url;
      const { uploadID, sign } = begun.upload;
      for (const [i, part] of partsOf(file.bytes).entries())
        await putPart(sign, i + 1, part);
      const done = await post<{ url: string }>(as, CompleteMultipartUpload, {
        uploadID,
        parts: hashesOf(file.bytes),
        name,
        contentType,
        cause,
      });
      return done.url;
    },
    stop: () => api.close(),
    advance: (ms) => void (later += ms),
    async [Symbol.asyncDispose]() {
      await api.close();
      await s3?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The body of initiate_multipart_upload. */
export const announce = ({
  name,
  bytes,
  contentType = "",
  cause = "",
}: TestFile) => ({
  hash: md5(hashesOf(bytes).join()),
  size: bytes.length,
  maxParts: 1,
  name,
  contentType,
  cause,
});

export const md5 = (content: string | Uint8Array): string =>
  createHash("md5").update(content).digest("hex");

export function partsOf(
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(bytes.length / partSize);
  return Array.from({ length: count }, (_, i) =>
    bytes.subarray(i * partSize, (i + 1) * partSize),
  );
}

export const hashesOf = (bytes: Uint8Array<ArrayBuffer>): string[] =>
  partsOf(bytes).map(md5);

/** No two have the same content. */
export const randomFile = (length: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(randomBytes(length));

/**
 * Uploads a part the way openim-sdk-core does
 * (docs/wire/objects.md#uploading-in-parts).
 */
export async function putPart(
  sign: AuthSignParts | null,
  partNumber: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const part = sign?.parts.find((each) => each.partNumber === partNumber);
  if (!sign || !part) throw new Error(`part ${partNumber} is not signed`);
  const url = new URL(part.url || sign.url);
  const query = [...(sign.query ?? []), ...(part.query ?? [])];
  for (const { key, values } of query)
    url.searchParams.set(key, values[0] ?? "");
  if (query.length > 0) url.searchParams.sort();
  return fetch(url, { method: "PUT", body });
}

export async function postForm(
  { url, file, formData }: InitiateFormDataResp,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(formData))
    form.append(name, value);
  form.append(file, new Blob([bytes]), "file");
  return fetch(url, { method: "POST", body: form });
}

export const bytesOf = async (
  response: Response | Promise<Response>,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await response).arrayBuffer());

export const hello: TestFile = {
  name: "ann/hello.txt",
  bytes: new TextEncoder().encode("hello, everyone"),
  contentType: "text/plain",
};

export const initiate = (
  server: TestObjects,
  as: string,
  file: TestFile,
  more: object = {},
) =>
  server.post<InitiateMultipartUploadResp>(as, InitiateMultipartUpload, {
    ...announce(file),
    ...more,
  });

export const complete = (
  server: TestObjects,
  as: string,
  uploadID: string,
  { name, bytes, contentType = "" }: TestFile,
) =>
  server.post<{ url: string }>(as, CompleteMultipartUpload, {
    uploadID,
    parts: hashesOf(bytes),
    name,
    contentType,
  });

export const accessURL = async (
  server: TestObjects,
  name: string,
  query: Record<string, string> | null = null,
) =>
  (
    await server.post<{ url: string }>("bob", AccessURL, {
      name,
      query,
    })
  ).url;

/** Defines the same tests for every object store over every database. */
export function forEachStore(
  title: string,
  define: (serve: () => Promise<TestObjects>) => void,
): void {
  for (const kind of ["disk", "s3"] as const)
    forEachEngine(`${title}, ${kind}`, (open) =>
      define(async () => {
        const storage = await open();
        const server = await serveObjects(storage, kind);
        return {
          ...server,
          async [Symbol.asyncDispose]() {
            await server[Symbol.asyncDispose]();
            await storage[Symbol.asyncDispose]();
          },
        };
      }),
    );
}
