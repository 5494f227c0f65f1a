import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";

import { goStringify } from "@parley/protocol/go-json";

import type { BodyRefused } from "./intake.ts";

/**
 * Headers of every answer, so that browsers of other origins may read it
 * (docs/wire/rest.md#cors-and-rate-limits).
 */
export const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "*",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Expose-Headers":
    "Content-Length, Access-Control-Allow-Origin, Access-Control-Allow-Headers,Cache-Control,Content-Language,Content-Type,Expires,Last-Modified,Pragma,FooBar",
  "Access-Control-Max-Age": "172800",
  "Access-Control-Allow-Credentials": "false",
};

/** Longer answers (in characters) are compressed off the event loop. */
const largeAnswer = 16_384;
const pack = promisify(gzip);

/** Sends an answer of any length. */
export async function sendAll(
  request: Request,
  status: number,
  body: string,
): Promise<Response> {
  if (body.length < largeAnswer || !takesGzip(request))
    return send(request, status, body);
  const headers = { ...headersOf("application/json"), ...packedHeaders };
  return new Response(await pack(body), { status, headers });
}

/** Sends a short answer. */
export function send(
  request: Request,
  status: number,
  body: string,
  type = "application/json",
): Response {
  const headers = headersOf(type);
  if (!takesGzip(request)) return new Response(body, { status, headers });
  Object.assign(headers, packedHeaders);
  return new Response(gzipSync(body), { status, headers });
}

const packedHeaders = { "Content-Encoding": "gzip", Vary: "Accept-Encoding" };

const headersOf = (type: string): Record<string, string> => ({
  ...corsHeaders,
  "Content-Type": type,
  "X-HTTP-ID": randomUUID(),
});

const takesGzip = ({ headers }: Request): boolean =>
  (headers.get("accept-encoding") ?? "").includes("gzip");

/**
 * Responds as OpenIM's rate limiter does (docs/wire/rest.md#cors-and-rate-limits). Without
 * the headers of other responses, browsers would report a network error.
 */
export function tooMany(request: Request, detail: string): Response {
  const body = goStringify({
    errCode: 429,
    errMsg: "too many requests, please try again later",
    errDlt: detail,
  });
  const response = send(request, 429, body, "text/plain; charset=utf-8");
  response.headers.set("Retry-After", "1");
  return response;
}

export function tooRate(request: Request, limit: number): Response {
  const response = tooMany(request, `more than ${limit} requests a second`);
  response.headers.set("X-RateLimit-Limit", String(limit));
  response.headers.set("X-RateLimit-Remaining", "0");
  return response;
}

/**
 * Responds to a request whose body was refused. A client with too large a body gets the
 * response after sending all of it; one that is too slow, or was shed, is disconnected.
 */
export function refuseBody(
  request: Request,
  { status, refusal }: BodyRefused,
): Response {
  const { code: errCode, errMsg, detail: errDlt } = refusal;
  const response = send(
    request,
    status,
    goStringify({ errCode, errMsg, errDlt }),
  );
  if (status !== 413) response.headers.set("Connection", "close");
  if (status === 429) response.headers.set("Retry-After", "1");
  return response;
}
