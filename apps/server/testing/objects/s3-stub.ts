import { createHash, createHmac } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** An S3-compatible store in memory, for tests. */
export interface S3Stub extends AsyncDisposable {
  readonly endpoint: string;
  readonly credentials: { accessKeyID: string; secretAccessKey: string };
  /** Keys of the objects there are, sorted. */
  keys(): string[];
  /** Multipart uploads that were neither completed nor aborted. */
  openUploads(): number;
}

interface Stored {
  bytes: Uint8Array<ArrayBuffer>;
  etag: string;
  type: string;
}

interface Multipart {
  key: string;
  type: string;
  parts: Map<number, Stored>;
}

const accessKeyID = "AKIDTEST";
const region = "us-east-1";

export interface S3StubOptions {
  /** Port on 127.0.0.1; a free one by default. */
  port?: number;
  /** The key that signs requests. */
  secretAccessKey?: string;
  /** Folder in which objects outlive the stub; without one they are kept in memory. */
  folder?: string;
}

/**
 * Checks signatures as S3 does: of headers, of addresses and of forms. Knows
 * one bucket, `openim`, which must be made first.
 */
export function startS3Stub({
  port = 0,
  secretAccessKey = "secret of the stub",
  folder,
}: S3StubOptions = {}): S3Stub {
  const objects: Map<string, Stored> =
    folder === undefined ? new Map<string, Stored>() : new KeptObjects(folder);
  const uploads = new Map<string, Multipart>();
  let hasBucket = objects.size > 0;
  let nextUpload = 1;

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, bucket, ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    if (bucket !== "openim") return refuse(404, "NoSuchBucket");
    if (request.method === "POST" && key === "") return postForm(request);
    const problem = problemOfSignature(request, url, secretAccessKey);
    if (problem) return refuse(403, problem);
    if (key === "") return answerBucket(request.method);
    const uploadID = url.searchParams.get("uploadId");
    if (uploadID !== null) return answerUpload(request, url, key, uploadID);
    if (url.searchParams.has("uploads")) {
      const id = `upload ${nextUpload++}`;
      const type = request.headers.get("content-type") ?? "";
      uploads.set(id, { key, type, parts: new Map() });
      return xml(`<UploadId>${id}</UploadId>`);
    }
    return answerObject(request, url, key);
  }

  function answerBucket(method: string): Response {
    if (method === "PUT") hasBucket = true;
    return hasBucket ? xml("") : refuse(404, "NoSuchBucket");
  }

  async function answerUpload(
    request: Request,
    url: URL,
    key: string,
    id: string,
  ): Promise<Response> {
    const upload = uploads.get(id);
    if (upload?.key !== key) return refuse(404, "NoSuchUpload");
    switch (request.method) {
      case "PUT": {
        const part = await storedOf(request);
        upload.parts.set(Number(url.searchParams.get("partNumber")), part);
        return xml("", { ETag: part.etag });
      }
      case "GET": {
        // Two at a time, so that somebody has to ask again.
        const after = Number(url.searchParams.get("part-number-marker"));
        const left = [...upload.parts]
          .filter(([number]) => number > after)
          .sort(([a], [b]) => a - b);
        const page = left.slice(0, 2);
        return xml(
          `<IsTruncated>${left.length > 2}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.[0] ?? 0}</NextPartNumberMarker>` +
            page
              .map(
                ([number, { etag, bytes }]) =>
                  `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag><Size>${bytes.length}</Size></Part>`,
              )
              .join(""),
        );
      }
      case "POST": {
        const wanted = [
          ...(await request.text()).matchAll(
            /<PartNumber>(\d+)<\/PartNumber><ETag>("\w+")<\/ETag>/g,
          ),
        ].map(([, number, etag]) => ({ number: Number(number), etag }));
        const parts = wanted.map(({ number }) => upload.parts.get(number));
        if (parts.some((part, i) => part?.etag !== wanted[i]?.etag))
          return xml("<Error><Code>InvalidPart</Code></Error>");
        const all = parts.flatMap((part) => part ?? []);
        if (all.slice(0, -1).some(({ bytes }) => bytes.length < 5_242_880))
          return refuse(400, "EntityTooSmall");
        const bytes = new Uint8Array(
          Buffer.concat(all.map((part) => part.bytes)),
        );
        objects.set(key, {
          bytes,
          etag: `"${md5(bytes)}-2"`,
          type: upload.type,
        });
        uploads.delete(id);
        return xml("<ETag>x</ETag>");
      }
      default:
        uploads.delete(id);
        return new Response(null, { status: 204 });
    }
  }

  async function answerObject(
    request: Request,
    url: URL,
    key: string,
  ): Promise<Response> {
    const found = objects.get(key);
    switch (request.method) {
      case "PUT": {
        const from = request.headers.get("x-amz-copy-source");
        if (from === null) {
          const stored = await storedOf(request);
          objects.set(key, stored);
          return xml("", { ETag: stored.etag });
        }
        const source = objects.get(from.replace("/openim/", ""));
        if (!source) return refuse(404, "NoSuchKey");
        if (request.headers.get("x-amz-copy-source-if-match") !== source.etag)
          return refuse(412, "PreconditionFailed");
        objects.set(key, source);
        return xml("<CopyObjectResult></CopyObjectResult>");
      }
      case "DELETE":
        objects.delete(key);
        return new Response(null, { status: 204 });
      default: {
        if (!found) return refuse(404, "NoSuchKey");
        const range = /^bytes=(\d+)-(\d+)$/.exec(
          request.headers.get("range") ?? "",
        );
        const disposition = url.searchParams.get(
          "response-content-disposition",
        );
        const body = range
          ? found.bytes.slice(Number(range[1]), Number(range[2]) + 1)
          : found.bytes;
        return new Response(request.method === "HEAD" ? null : body, {
          status: range ? 206 : 200,
          headers: {
            ETag: found.etag,
            "Content-Length": String(body.length),
            "Content-Type":
              url.searchParams.get("response-content-type") ??
              (found.type || "binary/octet-stream"),
            ...(disposition !== null && { "Content-Disposition": disposition }),
          },
        });
      }
    }
  }

  async function postForm(request: Request): Promise<Response> {
    const form = await request.formData();
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    const policy = field("policy");
    const scope = field("x-amz-credential").split("/").slice(1);
    if (sign(secretAccessKey, scope, policy) !== field("x-amz-signature"))
      return refuse(403, "SignatureDoesNotMatch");
    const file = form.get("file");
    if (!(file instanceof Blob)) return refuse(400, "InvalidArgument");
    const { expiration, conditions } = JSON.parse(
      Buffer.from(policy, "base64").toString(),
    ) as { expiration: string; conditions: [string, string, string][] };
    if (Date.parse(expiration) < Date.now()) return refuse(403, "AccessDenied");
    for (const [rule, name, value] of conditions) {
      if (rule === "eq" && field(name.slice(1)) !== value)
        return refuse(403, `AccessDenied ${name}`);
      if (rule === "content-length-range" && file.size > Number(value))
        return refuse(400, "EntityTooLarge");
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const etag = `"${md5(bytes)}"`;
    objects.set(field("key"), { bytes, etag, type: field("Content-Type") });
    return new Response(null, {
      status: Number(field("success_action_status")),
    });
  }

  const server = Bun.serve({ port, hostname: "127.0.0.1", fetch: answer });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyID, secretAccessKey },
    keys: () => [...objects.keys()].sort(),
    openUploads: () => uploads.size,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** Objects that are files, too: one each, with what is known of it before its bytes. */
class KeptObjects extends Map<string, Stored> {
  readonly #folder: string;

  constructor(folder: string) {
    super();
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (name.endsWith(".new")) continue;
      const file = readFileSync(path.join(folder, name));
      const end = file.indexOf("\n");
      const { key, etag, type } = JSON.parse(
        file.subarray(0, end).toString(),
      ) as { key: string; etag: string; type: string };
      super.set(key, { etag, type, bytes: file.slice(end + 1) });
    }
  }

  override set(key: string, stored: Stored): this {
    const { etag, type, bytes } = stored;
    const about = `${JSON.stringify({ key, etag, type })}\n`;
    const file = this.#fileOf(key);
    // A stop amid this leaves no half of it.
    writeFileSync(`${file}.new`, Buffer.concat([Buffer.from(about), bytes]), {
      mode: 0o600,
    });
    renameSync(`${file}.new`, file);
    return super.set(key, stored);
  }

  override delete(key: string): boolean {
    rmSync(this.#fileOf(key), { force: true });
    return super.delete(key);
  }

  #fileOf(key: string): string {
    return path.join(
      this.#folder,
      createHash("sha256").update(key).digest("hex"),
    );
  }
}

async function storedOf(request: Request): Promise<Stored> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const type = request.headers.get("content-type") ?? "";
  return { bytes, etag: `"${md5(bytes)}"`, type };
}

const md5 = (bytes: Uint8Array): string =>
  createHash("md5").update(bytes).digest("hex");

const xml = (body: string, headers: Record<string, string> = {}): Response =>
  new Response(`<?xml version="1.0"?><Result>${body}</Result>`, {
    headers: { "Content-Type": "application/xml", ...headers },
  });

const refuse = (status: number, code: string): Response =>
  new Response(`<Error><Code>${code}</Code></Error>`, { status });

/** Checks Signature Version 4, in headers or query. */
function problemOfSignature(
  request: Request,
  url: URL,
  secretAccessKey: string,
): string | undefined {
  const query = [...url.searchParams];
  const authorization = request.headers.get("authorization");
  const inHeader = /Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
  const [, credential, signedHeaders, signature] = authorization
    ? (inHeader.exec(authorization) ?? [])
    : [
        "",
        url.searchParams.get("X-Amz-Credential"),
        url.searchParams.get("X-Amz-SignedHeaders"),
        url.searchParams.get("X-Amz-Signature"),
      ];
  const date =
    request.headers.get("x-amz-date") ?? url.searchParams.get("X-Amz-Date");
  if (!credential || !signedHeaders || !date) return "AccessDenied";
  const lasts = Number(url.searchParams.get("X-Amz-Expires") ?? 900);
  const at = Date.parse(
    date.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (at + lasts * 1_000 < Date.now()) return "AccessDenied";
  const [who, ...scope] = credential.split("/");
  if (who !== accessKeyID) return "InvalidAccessKeyId";
  const canonical = [
    request.method,
    url.pathname
      .split("/")
      .map((part) => encode(decodeURIComponent(part)))
      .join("/"),
    query
      .filter(([name]) => name !== "X-Amz-Signature")
      .map((pair) => pair.map(encode).join("="))
      .sort()
      .join("&"),
    ...signedHeaders
      .split(";")
      .map((name) => `${name}:${request.headers.get(name)?.trim() ?? ""}`),
    "",
    signedHeaders,
    request.headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const toSign = [
    "AWS4-HMAC-SHA256",
    date,
    scope.join("/"),
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  return sign(secretAccessKey, scope, toSign) === signature
    ? undefined
    : "SignatureDoesNotMatch";
}

/** `scope` is date, region, service and the word that ends it. */
function sign(
  secretAccessKey: string,
  scope: readonly string[],
  text: string,
): string {
  if (scope[1] !== region) return "";
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope)
    key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(text).digest("hex");
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
