import { requestURL } from "../http/request-url.ts";
import { corsHeaders } from "../http/answers.ts";
import type { WebPage } from "../http/server.ts";
import { rangeOf } from "./byte-range.ts";
import { UploadKind } from "./content-store.ts";
import type { Upload } from "./content-store.ts";
import { TooLongError } from "./disk-files.ts";
import { diskPaths } from "./disk-store.ts";
import type { DiskStore } from "./disk-store.ts";
import {
  IncompleteError,
  openForm,
  toIncoming,
  UploadBusyError,
} from "./incoming.ts";
import { sizeOfPart } from "./limits.ts";
import { isHeaderSafe } from "./names.ts";
import type { Grant, URLSigner } from "./url-signer.ts";

export interface DiskPagesDeps {
  store: DiskStore;
  signer: URLSigner;
  findUpload(id: string): Promise<Upload | null>;
}

/** The data plane of the local disk: whoever has a signed address may. */
export function diskPages({
  store,
  signer,
  findUpload,
}: DiskPagesDeps): WebPage[] {
  const permits = (query: URLSearchParams, grant: Omit<Grant, "expires">) =>
    signer.verify(
      { ...grant, expires: Number(query.get("expires")) },
      query.get("signature") ?? "",
    );

  async function putPart(request: Request): Promise<Response> {
    const { id, query } = readAddress(request, diskPaths.parts);
    const partNumber = Number(query.get("partNumber"));
    if (!permits(query, { method: "PUT", subject: id, partNumber }))
      return refuse(403, "the address is not signed so, or too old");
    const upload = await findUpload(id);
    const limit = upload ? sizeOfPart(upload, partNumber) : 0;
    if (!upload || limit === 0) return refuse(404, "there is no such part");
    if (upload.isComplete) return refuse(409, "the upload is complete");
    if (Number(request.headers.get("content-length")) > limit)
      return refuse(413, `the part has ${limit} bytes`);
    const source = toIncoming(request.body);
    return received(() => store.receive(upload, partNumber, source));
  }

  async function postForm(request: Request): Promise<Response> {
    const { id, query } = readAddress(request, diskPaths.form);
    if (!permits(query, { method: "POST", subject: id }))
      return refuse(403, "the address is not signed so, or too old");
    const upload = await findUpload(id);
    if (upload?.kind !== UploadKind.form)
      return refuse(404, "there is no such upload");
    if (upload.isComplete) return refuse(409, "the upload is complete");
    const contentType = request.headers.get("content-type") ?? "";
    if (!request.body || !/^multipart\/form-data\b/i.test(contentType))
      return refuse(400, "the body is no form");
    const file = await openForm(request.body, contentType);
    if (!file) return refuse(400, "the body is no whole form");
    try {
      return await received(() => store.receive(upload, 1, file));
    } finally {
      file.close();
    }
  }

  async function getContent(request: Request): Promise<Response> {
    const { id: key, query } = readAddress(request, diskPaths.contents);
    const contentType = query.get("response-content-type") ?? "";
    const disposition = query.get("response-content-disposition") ?? "";
    const grant = { method: "GET", subject: key, contentType, disposition };
    if (!permits(query, grant as Grant))
      return refuse(403, "the address is not signed so, or too old");
    const file = Bun.file(store.fileOf(key));
    if (!(await file.exists())) return refuse(404, "the file no longer exists");
    const etag = `"${key.slice(key.indexOf("/") + 1)}"`;
    const headers: Record<string, string> = {
      ...fileHeaders,
      "Content-Type":
        contentType !== "" && isHeaderSafe(contentType)
          ? contentType
          : "application/octet-stream",
      ...(disposition !== "" && { "Content-Disposition": disposition }),
      ETag: etag,
    };
    if (request.headers.get("if-none-match") === etag)
      return new Response(null, { status: 304, headers });
    return answerWith(file, request, headers, etag);
  }

  return [
    { method: "PUT", path: `${diskPaths.parts}*id`, answer: putPart },
    { method: "POST", path: `${diskPaths.form}*id`, answer: postForm },
    { path: `${diskPaths.contents}*key`, answer: getContent },
    {
      method: "HEAD",
      path: `${diskPaths.contents}*key`,
      answer: getContent,
    },
  ];
}

/** Files are made by users: nothing in them may run as if it were ours. */
const fileHeaders = {
  ...corsHeaders,
  "Access-Control-Expose-Headers":
    "Content-Length, Content-Type, Content-Disposition, Content-Range, Accept-Ranges, ETag",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "cross-origin",
  // Content under an address is immutable.
  "Cache-Control": "private, max-age=604800, immutable",
  "Accept-Ranges": "bytes",
};

function readAddress(request: Request, prefix: string) {
  const { pathname, searchParams } = requestURL(request);
  return { id: pathname.slice(prefix.length), query: searchParams };
}

function refuse(status: number, why: string): Response {
  return new Response(`${why}\n`, {
    status,
    headers: { ...corsHeaders, "Content-Type": "text/plain" },
  });
}

async function received(
  receive: () => Promise<{ md5: string }>,
): Promise<Response> {
  try {
    const { md5 } = await receive();
    return new Response(null, {
      headers: {
        ...corsHeaders,
        "Access-Control-Expose-Headers": "ETag",
        ETag: `"${md5}"`,
      },
    });
  } catch (error) {
    if (error instanceof TooLongError)
      return refuse(413, "the file is longer than was announced");
    if (error instanceof UploadBusyError) return refuse(409, error.detail);
    if (error instanceof IncompleteError)
      return refuse(400, "the body ended early");
    throw error;
  }
}

function answerWith(
  file: Bun.BunFile,
  request: Request,
  headers: Record<string, string>,
  etag: string,
): Response {
  const { size } = file;
  const isSame = [null, etag].includes(request.headers.get("if-range"));
  const range = isSame
    ? rangeOf(request.headers.get("range"), size)
    : undefined;
  if (range === null)
    return new Response(null, {
      status: 416,
      headers: { ...headers, "Content-Range": `bytes */${size}` },
    });
  const part = range ?? { first: 0, last: size - 1 };
  const length = part.last - part.first + 1;
  const body = range ? file.slice(range.first, range.last + 1) : file;
  return new Response(request.method === "HEAD" ? null : body, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      "Content-Length": String(length),
      ...(range && {
        "Content-Range": `bytes ${range.first}-${range.last}/${size}`,
      }),
    },
  });
}
