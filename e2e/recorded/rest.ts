import { randomUUID } from "node:crypto";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { gunzipSync, inflateSync } from "node:zlib";

import { isObject, parseJson } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

export interface RestCall {
  readonly url: string;
  readonly method: string;
  /** A text goes out as it stands, anything else as JSON. */
  readonly body: Json | FormData | undefined;
  readonly token: string | undefined;
  readonly headers?: Record<string, string>;
  readonly headersSeen?: readonly string[] | undefined;
}

/**
 * The JSON that came back. What is no object or list, or comes with another
 * status than 200, is told under "<…>" keys.
 */
export async function call(rest: RestCall): Promise<JsonObject | Json[]> {
  const { url, method, token, headers, headersSeen } = rest;
  const sent = method === "POST" ? await toBytes(rest.body) : undefined;
  const response = await exchange(url, method, sent?.bytes, {
    "accept-encoding": "gzip, deflate",
    operationid: randomUUID(),
    ...(sent ? { "content-type": sent.type } : {}),
    ...(token ? { token } : {}),
    ...withSmallNames(headers ?? {}),
  });
  const answer = toAnswer(response);
  if (Array.isArray(answer)) return answer;
  if (response.status !== 200) answer["<status>"] ??= response.status;
  if (headersSeen)
    answer["<headers>"] = Object.fromEntries(
      headersSeen.map((name) => [name, response.header(name)]),
    );
  return answer;
}

interface Answered {
  status: number;
  text: string;
  /** Null if there is no such header. */
  header(name: string): string | null;
}

/** Writes HTTP itself: fetch normalises paths, and some are odd on purpose. */
async function exchange(
  url: string,
  method: string,
  body: Buffer | undefined,
  headers: Record<string, string>,
): Promise<Answered> {
  const { origin, hostname, port } = new URL(url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const path = url.slice(origin.length);
    // A connection of its own: one that is kept may end as we take it.
    request({ hostname, port, path, method, headers, agent: false }, resolve)
      .on("error", reject)
      .end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const header = (name: string) => {
    const value = response.headers[name.toLowerCase()];
    return value === undefined ? null : [value].flat().join(", ");
  };
  return {
    status: response.statusCode ?? 0,
    text: decoded(Buffer.concat(chunks), header("content-encoding")),
    header,
  };
}

function decoded(bytes: Buffer, encoding: string | null): string {
  if (encoding === "gzip") return gunzipSync(bytes).toString();
  if (encoding === "deflate") return inflateSync(bytes).toString();
  return bytes.toString();
}

async function toBytes(
  body: Json | FormData | undefined,
): Promise<{ bytes: Buffer; type: string }> {
  if (body instanceof FormData) {
    const form = new Response(body);
    const type = form.headers.get("content-type") ?? "";
    return { bytes: Buffer.from(await form.arrayBuffer()), type };
  }
  const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
  return { bytes: Buffer.from(text), type: "application/json" };
}

/** Lower-cases names, so that a step's header replaces ours. */
function withSmallNames(
  headers: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function toAnswer({ status, text, header }: Answered): JsonObject | Json[] {
  const json = parseJson(text);
  if (json === undefined) {
    const location = header("location");
    return {
      "<status>": status,
      "<text>": text.slice(0, 300),
      ...(location ? { "<location>": location } : {}),
    };
  }
  return isObject(json) || Array.isArray(json) ? json : { "<body>": json };
}
