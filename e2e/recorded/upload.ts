import type { Json, JsonObject } from "./json.ts";
import { md5 } from "./payload.ts";

/** A header or parameter with its values, as upload addresses name them. */
interface Entry {
  key: string;
  values: string[];
}

interface Destination {
  url?: string;
  query?: Entry[] | null;
  header?: Entry[] | null;
}

/** The server's answer on how to upload a file in parts. */
export interface Sign extends Destination {
  parts?: (Destination & { partNumber: number })[] | null;
}

/** The server's answer on a form upload. */
export interface UploadForm {
  url: string;
  /** The field of the file; it comes last. */
  file: string;
  formData?: Record<string, string> | null;
  header?: Entry[] | null;
  successCodes?: number[] | null;
}

/** Uploads a part as the Go SDKs do. */
export async function putPart(
  sign: Sign,
  partNumber: number,
  bytes: Buffer<ArrayBuffer>,
): Promise<Json> {
  const part = sign.parts?.find((each) => each.partNumber === partNumber);
  if (!part) return { "<error>": `no part ${partNumber}` };
  const url = new URL(part.url || (sign.url ?? ""));
  const query = [...(sign.query ?? []), ...(part.query ?? [])];
  for (const { key, values } of query) {
    url.searchParams.delete(key);
    for (const value of values) url.searchParams.append(key, value);
  }
  if (query.length > 0) url.searchParams.sort();
  const headers = [...(sign.header ?? []), ...(part.header ?? [])].filter(
    ({ key }) => !/^(host|content-length)$/i.test(key),
  );
  const response = await fetch(url, {
    method: "PUT",
    headers: toHeaders(headers),
    body: bytes,
  });
  await response.arrayBuffer();
  const etag = response.headers.get("etag") ?? "";
  return { "<status>": response.status, "<etag>": etag.replaceAll('"', "") };
}

/** Uploads a file by the form that initiate_form_data described. */
export async function postForm(
  form: UploadForm,
  bytes: Buffer<ArrayBuffer>,
  type = "",
): Promise<Json> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.formData ?? {}))
    body.append(name, value);
  body.append(form.file, new Blob([bytes], { type }), "file");
  const response = await fetch(form.url, {
    method: "POST",
    headers: toHeaders(form.header ?? []),
    body,
  });
  await response.arrayBuffer();
  return form.successCodes?.includes(response.status)
    ? { "<ok>": true }
    : { "<status>": response.status };
}

/** Fetches an address; of a failure only the status. */
export async function download(
  url: string,
  headers: Record<string, string>,
): Promise<Json> {
  const response = await fetch(url, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const answer: JsonObject = { "<status>": response.status };
  if (response.status !== 200 && response.status !== 206) return answer;
  const image = describeImage(bytes);
  return {
    ...answer,
    "<type>": response.headers.get("content-type"),
    "<disposition>": response.headers.get("content-disposition"),
    "<length>": bytes.length,
    "<md5>": md5(bytes),
    ...(image === undefined ? {} : { "<image>": image }),
  };
}

function toHeaders(entries: readonly Entry[]): Record<string, string> {
  return Object.fromEntries(
    entries.map(({ key, values }) => [key, values.join(", ")]),
  );
}

/** "png 60x30"; undefined for what is neither PNG nor JPEG. */
function describeImage(bytes: Buffer): string | undefined {
  if (bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47)
    return `png ${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
  if (bytes.length <= 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  // Segment after segment, up to the one that begins the frame.
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && marker >= 0xc0 && marker <= 0xc3)
      return `jpeg ${bytes.readUInt16BE(at + 7)}x${bytes.readUInt16BE(at + 5)}`;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
