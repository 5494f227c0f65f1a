import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";

import { errors, ProtocolError } from "@parley/protocol/errors";
import { goStringify } from "@parley/protocol/go-json";
import type { Server } from "bun";

import type { Actor } from "../auth/auth.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { BindError } from "./route.ts";
import type { Route } from "./route.ts";

export interface APIOptions {
  hostname: string;
  port: number;
  maxBodyBytes: number;
}

export interface APIDeps {
  routes: readonly Route[];
  /** Pages read by machines: health, metrics, discovery. */
  pages: readonly Page[];
  /** Throws the token's error (rest.md §7). */
  identify(token: string): Promise<Actor>;
  metrics: Metrics;
  log: Log;
}

/** A GET without envelope. */
export interface Page {
  path: string;
  /** `remote` is the address of whoever asks. */
  answer(request: Request, remote: string): Promise<Response> | Response;
}

export interface API {
  readonly port: number;
  /** No new requests; those under way are answered. */
  close(): Promise<void>;
}

const nobody: Actor = { userID: "", platformID: 0, isAdmin: false };

/** rest.md §5. */
const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "*",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Expose-Headers":
    "Content-Length, Access-Control-Allow-Origin, Access-Control-Allow-Headers,Cache-Control,Content-Language,Content-Type,Expires,Last-Modified,Pragma,FooBar",
  "Access-Control-Max-Age": "172800",
  "Access-Control-Allow-Credentials": "false",
};

/** Paths that begin so need no token (rest.md §2). */
const openPrefixes = ["/auth/get_admin_token", "/auth/parse_token"];

export function serveAPI(
  options: APIOptions,
  { routes, pages, identify, metrics, log }: APIDeps,
): API {
  const posts = new Map(routes.map((each) => [each.path, each]));
  const gets = new Map(pages.map((each) => [each.path, each]));
  let underWay = 0;
  let idle: (() => void) | undefined;

  async function answer(request: Request, remote: string): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const { method } = request;
    if (method === "OPTIONS") {
      metrics.http("", method, 200);
      return send(request, 200, JSON.stringify("Options Request!"));
    }
    const known =
      method === "POST" ? posts : method === "GET" ? gets : undefined;
    const moved = known && !known.has(pathname) && otherSlash(pathname);
    if (moved !== undefined && moved !== false && known?.has(moved)) {
      const status = method === "GET" ? 301 : 307;
      metrics.http(moved, method, status);
      return new Response(null, { status, headers: { location: moved } });
    }
    if (method !== "POST") {
      const page = method === "GET" ? gets.get(pathname) : undefined;
      if (!page) return notFound(request);
      const response = await page.answer(request, remote);
      metrics.http(pathname, method, response.status);
      return response;
    }
    return post(request, pathname, searchParams);
  }

  async function post(
    request: Request,
    path: string,
    query: URLSearchParams,
  ): Promise<Response> {
    const found = posts.get(path);
    const operationID = request.headers.get("operationID") ?? "";
    let status: 200 | 400 = 200;
    let body: string;
    let code = 0;
    try {
      if (operationID === "") throw errors.args("header operationID is empty");
      const actor = isOpen(path)
        ? nobody
        : await identify(requireToken(request.headers.get("token")));
      if (!found) return notFound(request);
      const call = { operationID, actor, headers: request.headers, query };
      const text = await readBody(request, options.maxBodyBytes);
      const data = await found.answer(call, text);
      body = `{"errCode":0,"errMsg":"","errDlt":""${data === undefined ? "" : `,"data":${data}`}}`;
    } catch (caught) {
      const error = caught instanceof BindError ? caught.refusal : caught;
      if (caught instanceof BindError) ({ status } = caught);
      const refusal =
        error instanceof ProtocolError ? error : errors.internal();
      ({ code } = refusal);
      const about = { operationID, path };
      if (error instanceof ProtocolError)
        log.info(
          { ...about, errCode: code, reason: refusal.detail },
          "request refused",
        );
      else log.error({ ...about, err: error }, "request failed");
      body = goStringify({
        errCode: code,
        errMsg: refusal.errMsg,
        errDlt: refusal.detail,
      });
    }
    const pattern = found ? path : "";
    metrics.api(pattern, "POST", code);
    metrics.http(pattern, "POST", status);
    return send(request, status, body);
  }

  function notFound(request: Request): Response {
    metrics.http("<404>", request.method, 404);
    return send(request, 404, "404 page not found", "text/plain");
  }

  const server: Server<undefined> = Bun.serve({
    hostname: options.hostname,
    port: options.port,
    // Longer bodies are cut and fail as JSON, so this is only the last resort.
    maxRequestBodySize: options.maxBodyBytes + 1_048_576,
    idleTimeout: 60,
    async fetch(request, from) {
      underWay++;
      try {
        return await answer(request, from.requestIP(request)?.address ?? "");
      } catch (error) {
        log.error({ err: error }, "request failed");
        return new Response(null, { status: 500 });
      } finally {
        if (--underWay === 0) idle?.();
      }
    },
  });

  return {
    port: server.port ?? options.port,
    async close() {
      const stopped = server.stop();
      if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve));
      // Connections that are only kept alive would hold us up.
      await server.stop(true);
      await stopped;
    },
  };
}

const isOpen = (path: string): boolean =>
  openPrefixes.some((prefix) => path.startsWith(prefix));

function requireToken(token: string | null): string {
  if (!token) throw errors.args("header token is empty");
  return token;
}

/** The same path with a slash at its end, or without it. */
const otherSlash = (path: string): string =>
  path.endsWith("/") ? path.slice(0, -1) : `${path}/`;

async function readBody(request: Request, limit: number): Promise<string> {
  const bytes = await request.bytes();
  return new TextDecoder().decode(bytes.subarray(0, limit));
}

function send(
  request: Request,
  status: number,
  body: string,
  type = "application/json",
): Response {
  const headers: Record<string, string> = {
    ...corsHeaders,
    "Content-Type": type,
    "X-HTTP-ID": randomUUID(),
  };
  if (!(request.headers.get("accept-encoding") ?? "").includes("gzip"))
    return new Response(body, { status, headers });
  headers["Content-Encoding"] = "gzip";
  headers["Vary"] = "Accept-Encoding";
  return new Response(gzipSync(body), { status, headers });
}
